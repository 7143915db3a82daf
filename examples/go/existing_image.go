package main

import (
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecr"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	images "github.com/cdk-sagemaker-images/cdk-sagemaker-images-go/cdksagemakerimages"
)

// newExistingImage uses an image that exists already, for example that of another team: the app adds a version, and looks up others.
//
// The image has a version 1 and a version with the alias "stable".
func newExistingImage(scope constructs.Construct, id string, imageName string) awscdk.Stack {
	// To look up an image during synth, the CDK has to know where it is.
	stack := awscdk.NewStack(scope, &id, &awscdk.StackProps{Env: &awscdk.Environment{
		Account: jsii.String(os.Getenv("CDK_DEFAULT_ACCOUNT")),
		Region:  jsii.String(os.Getenv("CDK_DEFAULT_REGION")),
	}})
	repository := awsecr.Repository_FromRepositoryName(stack, jsii.String("Repository"), jsii.String("torch"))

	// The CDK CLI keeps the role of the image in cdk.context.json. A version that is added grants this role the permission to pull.
	image := images.Image_FromLookup(stack, jsii.String("Image"), &images.ImageLookupOptions{ImageName: &imageName})
	added := image.AddVersion(jsii.String("Cpu"), &images.ImageVersionOptions{
		BaseImage: images.BaseImage_FromEcrRepository(repository, jsii.String("2.4-cpu"), nil),
		Processor: images.Processor_CPU,
	})

	// Versions of others are looked up during the deployment.
	lookUp := func(id string, version images.ImageVersionSelector) images.ImageVersionLookup {
		return images.NewImageVersionLookup(stack, &id, &images.ImageVersionLookupProps{Image: image, Version: version})
	}
	first := lookUp("First", images.ImageVersionSelector_Number(jsii.Number(1)))
	stable := lookUp("Stable", images.ImageVersionSelector_Alias(jsii.String("stable")))
	latest := lookUp("Latest", images.ImageVersionSelector_Latest())

	output := func(id string, value *string) {
		awscdk.NewCfnOutput(stack, &id, &awscdk.CfnOutputProps{Value: value})
	}
	output("AddedVersion", added.VersionAsString())
	output("FirstContainerImage", first.ContainerImage())
	output("StableContainerImage", stable.ContainerImage())
	output("LatestVersion", latest.VersionAsString())
	return stack
}
