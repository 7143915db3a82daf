using Amazon.CDK;
using Amazon.CDK.AWS.CloudWatch;
using Amazon.CDK.AWS.ECR;
using Amazon.CDK.AWS.SNS;
using Amazon.CDK.Interfaces.Sagemaker;
using CdkSagemakerImages;
using Constructs;

namespace Quickstart
{
    /// <summary>Releases of an image: what a pipeline pushes becomes a version, and an alias says which version people use.</summary>
    public class ReleasesStack : Stack
    {
        /// <param name="range">which version people use, for example <c>2.4</c> for the highest of 2.4.0, 2.4.1 and so on</param>
        /// <param name="domainId">an existing Studio domain that gets this version</param>
        public ReleasesStack(Construct scope, string id, string range, string? domainId = null) : base(scope, id)
        {
            var repository = Repository.FromRepositoryName(this, "Repository", "torch");
            var image = new Image(this, "Torch", new ImageProps { ImageName = "torch-releases", DisplayName = "PyTorch releases" });

            image.AddVersion("Stable", new ImageVersionOptions
            {
                BaseImage = BaseImage.FromEcrRepository(repository, "2.4-gpu"),
                Alias = "2.4.0",
                Processor = Processor.GPU,
            });

            // If the tag has moved, a deployment makes a new version, after it has checked the container image.
            var next = image.AddVersion("Next", new ImageVersionOptions
            {
                BaseImage = BaseImage.FromEcrRepository(repository, "2.5-gpu", new BaseImageEcrOptions { FollowTag = true }),
                Processor = Processor.GPU,
                Preflight = true,
            });
            new ImageAlias(this, "NextAlias", new ImageAliasProps { Image = image, Alias = "2.5", Version = next });

            // A push of a tag such as nightly-42 makes a version without a deployment.
            new ImageFeed(this, "Nightly", new ImageFeedProps
            {
                Image = image,
                Repository = repository,
                Tags = new[] { "nightly-*" },
                Alias = "nightly",
                Processor = Processor.GPU,
            });

            // Promote with another range, and go back with the former one. Spaces can be started with an alias like this.
            var prod = new ImageAlias(this, "Prod", new ImageAliasProps
            {
                Image = image,
                Alias = "2",
                Version = new ImageVersionLookup(this, "Highest", new ImageVersionLookupProps
                {
                    Image = image,
                    Version = ImageVersionSelector.AliasRange(range),
                    Refresh = Refresh.EveryDeployment(),
                    Repository = repository,
                }),
            });
            if (domainId != null)
            {
                new StudioAttachment(this, "ProdInJupyterLab", new StudioAttachmentProps
                {
                    ImageVersion = prod,
                    AppImageConfig = new AppImageConfig(this, "JupyterLab", new AppImageConfigProps { App = StudioApp.JupyterLab() }),
                    Target = StudioTarget.ExistingDomain(domainId),
                });
            }

            // Of the other versions, those that nothing uses are marked for archiving, archived after a while, and then deleted.
            var retention = new ImageRetention(this, "Retention", new ImageRetentionProps
            {
                Image = image,
                KeepVersions = 10,
                KeepFor = Duration.Days(90),
                ExpendableAliases = new[] { "test-*" },
                ToBeArchived = new ImageRetirementLimit { Versions = 3 },
                Archived = new ImageRetirementLimit { Versions = 5, Age = Duration.Days(30) },
                Refresh = Refresh.EveryDeployment(),
            });

            // The reason why a version failed is published before CloudFormation deletes it.
            var failures = new ImageVersionFailures(this, "Failures", new ImageVersionFailuresProps
            {
                Images = new IImageRef[] { image },
                Topic = new Topic(this, "Topic", new TopicProps { EnforceSSL = true }),
            });
            failures.MetricFailedVersions().CreateAlarm(this, "Failed", new CreateAlarmOptions { Threshold = 1, EvaluationPeriods = 1 });

            var versions = new ImageVersionList(this, "Versions", new ImageVersionListProps
            {
                Image = image,
                Status = ImageVersionStatus.CREATED,
                Processor = Processor.GPU,
                MaxVersions = 20,
                Refresh = Refresh.EveryDeployment(),
            });
            Output("ProdVersion", prod.VersionAsString);
            Output("GpuVersions", Fn.Join(" ", versions.Versions));
            Output("Newest", Fn.Select(0, versions.ImageVersionArns));
            Output("RetentionReport", retention.Report);
        }

        private void Output(string id, string value) => new CfnOutput(this, id, new CfnOutputProps { Value = value });
    }
}
