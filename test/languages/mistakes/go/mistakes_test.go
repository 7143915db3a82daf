package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	images "github.com/cdk-sagemaker-images/cdk-sagemaker-images-go/cdksagemakerimages"
)

type mistake struct {
	Type    string `json:"type"`
	Message string `json:"message"`
}

// attempt returns the panic of a call.
func attempt(call func()) (result mistake) {
	defer func() {
		result = mistake{"panic", fmt.Sprint(recover())}
	}()
	call()
	return
}

// TestMistakes writes the errors that mistakes cause in Go.
func TestMistakes(t *testing.T) {
	defer jsii.Close()
	image := images.NewImage(awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Mistakes"), nil), jsii.String("Torch"), nil)
	baseImage := images.BaseImage_FromUri(jsii.String("123456789012.dkr.ecr.us-east-1.amazonaws.com/torch:2.4"), nil)
	result, err := json.Marshal(map[string]mistake{
		"missing": attempt(func() {
			image.AddVersion(jsii.String("Missing"), &images.ImageVersionOptions{MlFramework: images.MlFramework_Pytorch(jsii.String("2.4"))})
		}),
		"invalid": attempt(func() {
			image.AddVersion(jsii.String("Invalid"), &images.ImageVersionOptions{
				BaseImage:    baseImage,
				MlFramework:  images.MlFramework_Of(jsii.String("Tensorflow")),
				Aliases:      jsii.Strings("-gpu"),
				ReleaseNotes: jsii.String(strings.Repeat("x", 256)),
			})
		}),
		"atSynth": attempt(func() {
			app := awscdk.NewApp(nil)
			twice := images.NewImage(awscdk.NewStack(app, jsii.String("Mistakes"), nil), jsii.String("Torch"), nil)
			for _, id := range []string{"A", "B"} {
				twice.AddVersion(&id, &images.ImageVersionOptions{BaseImage: baseImage, Alias: jsii.String("stable")})
			}
			app.Synth(nil)
		}),
	})
	if err == nil {
		err = os.WriteFile("mistakes.json", result, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
