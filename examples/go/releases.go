package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecr"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawssagemaker"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	images "github.com/cdk-sagemaker-images/cdk-sagemaker-images-go/cdksagemakerimages"
)

// newReleases creates releases of an image: what a pipeline pushes becomes a version, and an alias says which version people use.
//
// versionRange selects the version that people use: "2.4" is the highest of 2.4.0, 2.4.1 and so on. The Studio domain gets this
// version, unless domainID is "".
func newReleases(scope constructs.Construct, id string, versionRange string, domainID string) awscdk.Stack {
	stack := awscdk.NewStack(scope, &id, nil)
	repository := awsecr.Repository_FromRepositoryName(stack, jsii.String("Repository"), jsii.String("torch"))
	image := images.NewImage(stack, jsii.String("Torch"), &images.ImageProps{
		ImageName:   jsii.String("torch-releases"),
		DisplayName: jsii.String("PyTorch releases"),
	})

	image.AddVersion(jsii.String("Stable"), &images.ImageVersionOptions{
		BaseImage: images.BaseImage_FromEcrRepository(repository, jsii.String("2.4-gpu"), nil),
		Alias:     jsii.String("2.4.0"),
		Processor: images.Processor_GPU,
	})

	// If the tag has moved, a deployment makes a new version, after it has checked the container image.
	next := image.AddVersion(jsii.String("Next"), &images.ImageVersionOptions{
		BaseImage: images.BaseImage_FromEcrRepository(repository, jsii.String("2.5-gpu"), &images.BaseImageEcrOptions{FollowTag: jsii.Bool(true)}),
		Processor: images.Processor_GPU,
		Preflight: jsii.Bool(true),
	})
	images.NewImageAlias(stack, jsii.String("NextAlias"), &images.ImageAliasProps{Image: image, Alias: jsii.String("2.5"), Version: next})

	// A push of a tag such as nightly-42 makes a version without a deployment.
	images.NewImageFeed(stack, jsii.String("Nightly"), &images.ImageFeedProps{
		Image:      image,
		Repository: repository,
		Tags:       jsii.Strings("nightly-*"),
		Alias:      jsii.String("nightly"),
		Processor:  images.Processor_GPU,
	})

	// Promote with another range, and go back with the former one. Spaces can be started with an alias like this.
	prod := images.NewImageAlias(stack, jsii.String("Prod"), &images.ImageAliasProps{
		Image: image,
		Alias: jsii.String("2"),
		Version: images.NewImageVersionLookup(stack, jsii.String("Highest"), &images.ImageVersionLookupProps{
			Image:      image,
			Version:    images.ImageVersionSelector_AliasRange(&versionRange),
			Refresh:    images.Refresh_EveryDeployment(),
			Repository: repository,
		}),
	})
	if domainID != "" {
		images.NewStudioAttachment(stack, jsii.String("ProdInJupyterLab"), &images.StudioAttachmentProps{
			ImageVersion: prod,
			AppImageConfig: images.NewAppImageConfig(stack, jsii.String("JupyterLab"), &images.AppImageConfigProps{
				App: images.StudioApp_JupyterLab(nil),
			}),
			Target: images.StudioTarget_ExistingDomain(&domainID, nil),
		})
	}

	// Of the other versions, those that nothing uses are marked for archiving, archived after a while, and then deleted.
	retention := images.NewImageRetention(stack, jsii.String("Retention"), &images.ImageRetentionProps{
		Image:             image,
		KeepVersions:      jsii.Number(10),
		KeepFor:           awscdk.Duration_Days(jsii.Number(90)),
		ExpendableAliases: jsii.Strings("test-*"),
		ToBeArchived:      &images.ImageRetirementLimit{Versions: jsii.Number(3)},
		Archived:          &images.ImageRetirementLimit{Versions: jsii.Number(5), Age: awscdk.Duration_Days(jsii.Number(30))},
		Refresh:           images.Refresh_EveryDeployment(),
	})

	// The reason why a version failed is published before CloudFormation deletes it.
	failures := images.NewImageVersionFailures(stack, jsii.String("Failures"), &images.ImageVersionFailuresProps{
		Images: &[]interfacesawssagemaker.IImageRef{image},
		Topic:  awssns.NewTopic(stack, jsii.String("Topic"), &awssns.TopicProps{EnforceSSL: jsii.Bool(true)}),
	})
	failures.MetricFailedVersions(nil).CreateAlarm(stack, jsii.String("Failed"), &awscloudwatch.CreateAlarmOptions{
		Threshold:         jsii.Number(1),
		EvaluationPeriods: jsii.Number(1),
	})

	versions := images.NewImageVersionList(stack, jsii.String("Versions"), &images.ImageVersionListProps{
		Image:       image,
		Status:      images.ImageVersionStatus_CREATED,
		Processor:   images.Processor_GPU,
		MaxVersions: jsii.Number(20),
		Refresh:     images.Refresh_EveryDeployment(),
	})
	output := func(id string, value *string) {
		awscdk.NewCfnOutput(stack, &id, &awscdk.CfnOutputProps{Value: value})
	}
	output("ProdVersion", prod.VersionAsString())
	output("GpuVersions", awscdk.Fn_Join(jsii.String(" "), versions.Versions()))
	output("Newest", awscdk.Fn_Select(jsii.Number(0), versions.ImageVersionArns()))
	output("RetentionReport", retention.Report())
	return stack
}
