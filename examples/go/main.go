// An image with two versions, a CPU and a GPU build of PyTorch: the same app as examples/quickstart.
//
// Deploy with `cdk deploy -c release=1`, then 2 (other metadata: the versions change in place), then 3 (another base image:
// CloudFormation creates a new version and keeps the old one).
//
// With `-c domainId=d-...`, the image is also attached to that existing Studio domain. With `-c prod=2.4`, there is another stack,
// for `cdk deploy Releases`, and with `-c existing=base` one for `cdk deploy ExistingImage`.
package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecr"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	images "github.com/cdk-sagemaker-images/cdk-sagemaker-images-go/cdksagemakerimages"
)

// release contains the differences between releases.
type release struct {
	gpuTag      string
	gpuNotes    string
	gpuGuidance images.VendorGuidance
	gpuAliases  []string
}

var releases = map[string]release{
	"1": {"2.4-gpu", "CUDA 12.4", images.VendorGuidance_NOT_PROVIDED, []string{"2.4.0-gpu"}},
	"2": {"2.4-gpu", "CUDA 12.4, tested by the platform team", images.VendorGuidance_STABLE, []string{"2.4.0-gpu", "gpu-tested"}},
	"3": {"2.5-gpu", "CUDA 12.6", images.VendorGuidance_NOT_PROVIDED, []string{"2.5.0-gpu"}},
}

// newQuickstart creates the stack. The image is attached to the Studio domain, unless domainID is "".
func newQuickstart(scope constructs.Construct, id string, release release, domainID string) awscdk.Stack {
	stack := awscdk.NewStack(scope, &id, nil)
	repository := awsecr.Repository_FromRepositoryName(stack, jsii.String("Repository"), jsii.String("torch"))

	image := images.NewImage(stack, jsii.String("Torch"), &images.ImageProps{
		ImageName:   jsii.String("torch"),
		DisplayName: jsii.String("PyTorch"),
		Description: jsii.String("PyTorch for notebooks, kept by the platform team"),
		Tags:        &map[string]*string{"team": jsii.String("ml-platform")},
	})

	cpu := image.AddVersion(jsii.String("Cpu"), &images.ImageVersionOptions{
		BaseImage:       images.BaseImage_FromEcrRepository(repository, jsii.String("2.4-cpu"), nil),
		Alias:           jsii.String("2.4.0-cpu"),
		MlFramework:     images.MlFramework_Pytorch(jsii.String("2.4")),
		ProgrammingLang: images.ProgrammingLang_Python(jsii.String("3.11")),
		Processor:       images.Processor_CPU,
		JobType:         images.JobType_NOTEBOOK_KERNEL,
		VendorGuidance:  images.VendorGuidance_STABLE,
		Horovod:         jsii.Bool(false),
		ReleaseNotes:    jsii.String("Small, for laptops and tests"),
	})

	framework, _, _ := strings.Cut(release.gpuTag, "-")
	gpu := image.AddVersion(jsii.String("Gpu"), &images.ImageVersionOptions{
		BaseImage:       images.BaseImage_FromEcrRepository(repository, &release.gpuTag, nil),
		Aliases:         jsii.Strings(release.gpuAliases...),
		MlFramework:     images.MlFramework_Pytorch(&framework),
		ProgrammingLang: images.ProgrammingLang_Python(jsii.String("3.11")),
		Processor:       images.Processor_GPU,
		JobType:         images.JobType_NOTEBOOK_KERNEL,
		VendorGuidance:  release.gpuGuidance,
		Horovod:         jsii.Bool(true),
		ReleaseNotes:    &release.gpuNotes,
	})

	pipeline := awsiam.NewRole(stack, jsii.String("Pipeline"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("codebuild.amazonaws.com"), nil),
	})
	image.Grants().CreateVersion(pipeline)
	image.Grants().ListVersions(pipeline)
	analyst := awsiam.NewRole(stack, jsii.String("Analyst"), &awsiam.RoleProps{AssumedBy: awsiam.NewAccountRootPrincipal()})
	cpu.Grants().Read(analyst)
	gpu.Grants().Read(analyst)

	if domainID != "" {
		domain := images.StudioTarget_ExistingDomain(&domainID, nil)

		// Attach one of the versions above, as JupyterLab.
		images.NewStudioAttachment(stack, jsii.String("GpuInJupyterLab"), &images.StudioAttachmentProps{
			ImageVersion: gpu,
			AppImageConfig: images.NewAppImageConfig(stack, jsii.String("JupyterLab"), &images.AppImageConfigProps{
				App: images.StudioApp_JupyterLab(&images.StudioContainerOptions{
					ContainerEnvironmentVariables: &map[string]*string{"TEAM": jsii.String("ml-platform")},
				}),
			}),
			Target: domain,
		})

		// Or create the image, its version, the configuration of the app and the attachment at once.
		images.NewStudioImage(stack, jsii.String("Editor"), &images.StudioImageProps{
			ImageName:    jsii.String("editor"),
			DisplayName:  jsii.String("PyTorch for editors"),
			BaseImage:    images.BaseImage_FromEcrRepository(repository, jsii.String("2.4-cpu"), nil),
			Processor:    images.Processor_CPU,
			App:          images.StudioApp_CodeEditor(nil),
			AttachTo:     &[]images.StudioTarget{domain},
			KeepVersions: jsii.Number(5),
		})
	}

	output := func(id string, value *string) {
		awscdk.NewCfnOutput(stack, &id, &awscdk.CfnOutputProps{Value: value})
	}
	output("ImageArn", image.ImageArn())
	output("CpuVersion", cpu.VersionAsString())
	output("GpuVersion", gpu.VersionAsString())
	output("GpuContainerImage", gpu.ContainerImage())
	return stack
}

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	name := "1"
	if context := app.Node().TryGetContext(jsii.String("release")); context != nil {
		name = fmt.Sprint(context)
	}
	release, known := releases[name]
	if !known {
		fmt.Fprintf(os.Stderr, "context value release '%s' is unknown: use 1, 2, 3\n", name)
		os.Exit(1)
	}
	domainID, _ := app.Node().TryGetContext(jsii.String("domainId")).(string)
	newQuickstart(app, "Quickstart", release, domainID)

	if versionRange := app.Node().TryGetContext(jsii.String("prod")); versionRange != nil {
		newReleases(app, "Releases", fmt.Sprint(versionRange), domainID)
	}
	if imageName, _ := app.Node().TryGetContext(jsii.String("existing")).(string); imageName != "" {
		newExistingImage(app, "ExistingImage", imageName)
	}
	app.Synth(nil)
}
