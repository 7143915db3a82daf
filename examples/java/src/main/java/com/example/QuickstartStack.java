package com.example;

import io.github.cdksagemakerimages.AppImageConfig;
import io.github.cdksagemakerimages.BaseImage;
import io.github.cdksagemakerimages.Image;
import io.github.cdksagemakerimages.ImageVersion;
import io.github.cdksagemakerimages.ImageVersionOptions;
import io.github.cdksagemakerimages.JobType;
import io.github.cdksagemakerimages.MlFramework;
import io.github.cdksagemakerimages.Processor;
import io.github.cdksagemakerimages.ProgrammingLang;
import io.github.cdksagemakerimages.StudioApp;
import io.github.cdksagemakerimages.StudioAttachment;
import io.github.cdksagemakerimages.StudioContainerOptions;
import io.github.cdksagemakerimages.StudioImage;
import io.github.cdksagemakerimages.StudioTarget;
import io.github.cdksagemakerimages.VendorGuidance;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ecr.IRepository;
import software.amazon.awscdk.services.ecr.Repository;
import software.amazon.awscdk.services.iam.AccountRootPrincipal;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.constructs.Construct;

/** An image with two versions, a CPU and a GPU build of PyTorch. */
public class QuickstartStack extends Stack {
    /**
     * @param domainId an existing Studio domain that the image is attached to, or null
     */
    public QuickstartStack(final Construct scope, final String id, final Release release, final String domainId) {
        super(scope, id);
        final IRepository repository = Repository.fromRepositoryName(this, "Repository", "torch");

        final Image image = Image.Builder.create(this, "Torch")
                .imageName("torch")
                .displayName("PyTorch")
                .description("PyTorch for notebooks, kept by the platform team")
                .tags(Map.of("team", "ml-platform"))
                .build();

        final ImageVersion cpu = image.addVersion("Cpu", ImageVersionOptions.builder()
                .baseImage(BaseImage.fromEcrRepository(repository, "2.4-cpu"))
                .alias("2.4.0-cpu")
                .mlFramework(MlFramework.pytorch("2.4"))
                .programmingLang(ProgrammingLang.python("3.11"))
                .processor(Processor.CPU)
                .jobType(JobType.NOTEBOOK_KERNEL)
                .vendorGuidance(VendorGuidance.STABLE)
                .horovod(false)
                .releaseNotes("Small, for laptops and tests")
                .build());

        final ImageVersion gpu = image.addVersion("Gpu", ImageVersionOptions.builder()
                .baseImage(BaseImage.fromEcrRepository(repository, release.gpuTag()))
                .aliases(release.gpuAliases())
                .mlFramework(MlFramework.pytorch(release.gpuTag().split("-")[0]))
                .programmingLang(ProgrammingLang.python("3.11"))
                .processor(Processor.GPU)
                .jobType(JobType.NOTEBOOK_KERNEL)
                .vendorGuidance(release.gpuGuidance())
                .horovod(true)
                .releaseNotes(release.gpuNotes())
                .build());

        final Role pipeline = Role.Builder.create(this, "Pipeline")
                .assumedBy(new ServicePrincipal("codebuild.amazonaws.com"))
                .build();
        image.getGrants().createVersion(pipeline);
        image.getGrants().listVersions(pipeline);
        final Role analyst = Role.Builder.create(this, "Analyst").assumedBy(new AccountRootPrincipal()).build();
        List.of(cpu, gpu).forEach(version -> version.getGrants().read(analyst));

        if (domainId != null) {
            final StudioTarget domain = StudioTarget.existingDomain(domainId);

            // Attach one of the versions above, as JupyterLab.
            StudioAttachment.Builder.create(this, "GpuInJupyterLab")
                    .imageVersion(gpu)
                    .appImageConfig(AppImageConfig.Builder.create(this, "JupyterLab")
                            .app(StudioApp.jupyterLab(StudioContainerOptions.builder()
                                    .containerEnvironmentVariables(Map.of("TEAM", "ml-platform"))
                                    .build()))
                            .build())
                    .target(domain)
                    .build();

            // Or create the image, its version, the configuration of the app and the attachment at once.
            StudioImage.Builder.create(this, "Editor")
                    .imageName("editor")
                    .displayName("PyTorch for editors")
                    .baseImage(BaseImage.fromEcrRepository(repository, "2.4-cpu"))
                    .processor(Processor.CPU)
                    .app(StudioApp.codeEditor())
                    .attachTo(List.of(domain))
                    .keepVersions(5)
                    .build();
        }

        output("ImageArn", image.getImageArn());
        output("CpuVersion", cpu.getVersionAsString());
        output("GpuVersion", gpu.getVersionAsString());
        output("GpuContainerImage", gpu.getContainerImage());
    }

    private void output(final String id, final String value) {
        CfnOutput.Builder.create(this, id).value(value).build();
    }
}
