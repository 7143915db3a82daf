using Amazon.CDK;
using Amazon.CDK.AWS.ECR;
using CdkSagemakerImages;
using Constructs;

namespace Quickstart
{
    /// <summary>An image that exists already, for example that of another team: the app adds a version, and looks up others.</summary>
    public class ExistingImageStack : Stack
    {
        /// <param name="imageName">the name of an image that has a version 1 and a version with the alias <c>stable</c></param>
        public ExistingImageStack(Construct scope, string id, string imageName) : base(scope, id, new StackProps { Env = Here() })
        {
            var repository = Repository.FromRepositoryName(this, "Repository", "torch");

            // The CDK CLI keeps the role of the image in cdk.context.json. A version that is added grants this role the permission to pull.
            var image = Image.FromLookup(this, "Image", new ImageLookupOptions { ImageName = imageName });
            var added = image.AddVersion("Cpu", new ImageVersionOptions
            {
                BaseImage = BaseImage.FromEcrRepository(repository, "2.4-cpu"),
                Processor = Processor.CPU,
            });

            // Versions of others are looked up during the deployment.
            ImageVersionLookup LookUp(string lookupId, ImageVersionSelector version) =>
                new(this, lookupId, new ImageVersionLookupProps { Image = image, Version = version });
            var first = LookUp("First", ImageVersionSelector.Number(1));
            var stable = LookUp("Stable", ImageVersionSelector.Alias("stable"));
            var latest = LookUp("Latest", ImageVersionSelector.Latest());

            Output("AddedVersion", added.VersionAsString);
            Output("FirstContainerImage", first.ContainerImage);
            Output("StableContainerImage", stable.ContainerImage);
            Output("LatestVersion", latest.VersionAsString);
        }

        /// <summary>To look up an image during synth, the CDK has to know where it is.</summary>
        private static Amazon.CDK.Environment Here() => new()
        {
            Account = System.Environment.GetEnvironmentVariable("CDK_DEFAULT_ACCOUNT"),
            Region = System.Environment.GetEnvironmentVariable("CDK_DEFAULT_REGION"),
        };

        private void Output(string id, string value) => new CfnOutput(this, id, new CfnOutputProps { Value = value });
    }
}
