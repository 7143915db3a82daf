using System.Collections.Generic;
using Amazon.CDK;
using Amazon.CDK.AWS.ECR;
using Amazon.CDK.AWS.IAM;
using CdkSagemakerImages;
using Constructs;

namespace Quickstart
{
    /// <summary>An image with two versions, a CPU and a GPU build of PyTorch.</summary>
    public class QuickstartStack : Stack
    {
        public QuickstartStack(Construct scope, string id, Release release, string? domainId = null) : base(scope, id)
        {
            var repository = Repository.FromRepositoryName(this, "Repository", "torch");

            var image = new Image(this, "Torch", new ImageProps
            {
                ImageName = "torch",
                DisplayName = "PyTorch",
                Description = "PyTorch for notebooks, kept by the platform team",
                Tags = new Dictionary<string, string> { ["team"] = "ml-platform" },
            });

            var cpu = image.AddVersion("Cpu", new ImageVersionOptions
            {
                BaseImage = BaseImage.FromEcrRepository(repository, "2.4-cpu"),
                Alias = "2.4.0-cpu",
                MlFramework = MlFramework.Pytorch("2.4"),
                ProgrammingLang = ProgrammingLang.Python("3.11"),
                Processor = Processor.CPU,
                JobType = JobType.NOTEBOOK_KERNEL,
                VendorGuidance = VendorGuidance.STABLE,
                Horovod = false,
                ReleaseNotes = "Small, for laptops and tests",
            });

            var gpu = image.AddVersion("Gpu", new ImageVersionOptions
            {
                BaseImage = BaseImage.FromEcrRepository(repository, release.GpuTag),
                Aliases = release.GpuAliases,
                MlFramework = MlFramework.Pytorch(release.GpuTag.Split('-')[0]),
                ProgrammingLang = ProgrammingLang.Python("3.11"),
                Processor = Processor.GPU,
                JobType = JobType.NOTEBOOK_KERNEL,
                VendorGuidance = release.GpuGuidance,
                Horovod = true,
                ReleaseNotes = release.GpuNotes,
            });

            var pipeline = new Role(this, "Pipeline", new RoleProps { AssumedBy = new ServicePrincipal("codebuild.amazonaws.com") });
            image.Grants.CreateVersion(pipeline);
            image.Grants.ListVersions(pipeline);
            var analyst = new Role(this, "Analyst", new RoleProps { AssumedBy = new AccountRootPrincipal() });
            cpu.Grants.Read(analyst);
            gpu.Grants.Read(analyst);

            if (domainId != null)
            {
                var domain = StudioTarget.ExistingDomain(domainId);

                // Attach one of the versions above, as JupyterLab.
                new StudioAttachment(this, "GpuInJupyterLab", new StudioAttachmentProps
                {
                    ImageVersion = gpu,
                    AppImageConfig = new AppImageConfig(this, "JupyterLab", new AppImageConfigProps
                    {
                        App = StudioApp.JupyterLab(new StudioContainerOptions
                        {
                            ContainerEnvironmentVariables = new Dictionary<string, string> { ["TEAM"] = "ml-platform" },
                        }),
                    }),
                    Target = domain,
                });

                // Or create the image, its version, the configuration of the app and the attachment at once.
                new StudioImage(this, "Editor", new StudioImageProps
                {
                    ImageName = "editor",
                    DisplayName = "PyTorch for editors",
                    BaseImage = BaseImage.FromEcrRepository(repository, "2.4-cpu"),
                    Processor = Processor.CPU,
                    App = StudioApp.CodeEditor(),
                    AttachTo = new[] { domain },
                    KeepVersions = 5,
                });
            }

            Output("ImageArn", image.ImageArn);
            Output("CpuVersion", cpu.VersionAsString);
            Output("GpuVersion", gpu.VersionAsString);
            Output("GpuContainerImage", gpu.ContainerImage);
        }

        private void Output(string id, string value) => new CfnOutput(this, id, new CfnOutputProps { Value = value });
    }
}
