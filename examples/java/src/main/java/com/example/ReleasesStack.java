package com.example;

import io.github.cdksagemakerimages.AppImageConfig;
import io.github.cdksagemakerimages.BaseImage;
import io.github.cdksagemakerimages.BaseImageEcrOptions;
import io.github.cdksagemakerimages.Image;
import io.github.cdksagemakerimages.ImageAlias;
import io.github.cdksagemakerimages.ImageFeed;
import io.github.cdksagemakerimages.ImageRetention;
import io.github.cdksagemakerimages.ImageRetirementLimit;
import io.github.cdksagemakerimages.ImageVersion;
import io.github.cdksagemakerimages.ImageVersionFailures;
import io.github.cdksagemakerimages.ImageVersionList;
import io.github.cdksagemakerimages.ImageVersionLookup;
import io.github.cdksagemakerimages.ImageVersionOptions;
import io.github.cdksagemakerimages.ImageVersionSelector;
import io.github.cdksagemakerimages.ImageVersionStatus;
import io.github.cdksagemakerimages.Processor;
import io.github.cdksagemakerimages.Refresh;
import io.github.cdksagemakerimages.StudioApp;
import io.github.cdksagemakerimages.StudioAttachment;
import io.github.cdksagemakerimages.StudioTarget;
import java.util.List;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cloudwatch.CreateAlarmOptions;
import software.amazon.awscdk.services.ecr.IRepository;
import software.amazon.awscdk.services.ecr.Repository;
import software.amazon.awscdk.services.sns.Topic;
import software.constructs.Construct;

/** Releases of an image: what a pipeline pushes becomes a version, and an alias says which version people use. */
public class ReleasesStack extends Stack {
    /**
     * @param range which version people use, for example {@code 2.4} for the highest of 2.4.0, 2.4.1 and so on
     * @param domainId an existing Studio domain that gets this version, or null
     */
    public ReleasesStack(final Construct scope, final String id, final String range, final String domainId) {
        super(scope, id);
        final IRepository repository = Repository.fromRepositoryName(this, "Repository", "torch");
        final Image image = Image.Builder.create(this, "Torch").imageName("torch-releases").displayName("PyTorch releases").build();

        image.addVersion("Stable", ImageVersionOptions.builder()
                .baseImage(BaseImage.fromEcrRepository(repository, "2.4-gpu"))
                .alias("2.4.0")
                .processor(Processor.GPU)
                .build());

        // If the tag has moved, a deployment makes a new version, after it has checked the container image.
        final ImageVersion next = image.addVersion("Next", ImageVersionOptions.builder()
                .baseImage(BaseImage.fromEcrRepository(repository, "2.5-gpu", BaseImageEcrOptions.builder().followTag(true).build()))
                .processor(Processor.GPU)
                .preflight(true)
                .build());
        ImageAlias.Builder.create(this, "NextAlias").image(image).alias("2.5").version(next).build();

        // A push of a tag such as nightly-42 makes a version without a deployment.
        ImageFeed.Builder.create(this, "Nightly")
                .image(image)
                .repository(repository)
                .tags(List.of("nightly-*"))
                .alias("nightly")
                .processor(Processor.GPU)
                .build();

        // Promote with another range, and go back with the former one. Spaces can be started with an alias like this.
        final ImageAlias prod = ImageAlias.Builder.create(this, "Prod")
                .image(image)
                .alias("2")
                .version(ImageVersionLookup.Builder.create(this, "Highest")
                        .image(image)
                        .version(ImageVersionSelector.aliasRange(range))
                        .refresh(Refresh.everyDeployment())
                        .repository(repository)
                        .build())
                .build();
        if (domainId != null) {
            StudioAttachment.Builder.create(this, "ProdInJupyterLab")
                    .imageVersion(prod)
                    .appImageConfig(AppImageConfig.Builder.create(this, "JupyterLab").app(StudioApp.jupyterLab()).build())
                    .target(StudioTarget.existingDomain(domainId))
                    .build();
        }

        // Of the other versions, those that nothing uses are marked for archiving, archived after a while, and then deleted.
        final ImageRetention retention = ImageRetention.Builder.create(this, "Retention")
                .image(image)
                .keepVersions(10)
                .keepFor(Duration.days(90))
                .expendableAliases(List.of("test-*"))
                .toBeArchived(ImageRetirementLimit.builder().versions(3).build())
                .archived(ImageRetirementLimit.builder().versions(5).age(Duration.days(30)).build())
                .refresh(Refresh.everyDeployment())
                .build();

        // The reason why a version failed is published before CloudFormation deletes it.
        final ImageVersionFailures failures = ImageVersionFailures.Builder.create(this, "Failures")
                .images(List.of(image))
                .topic(Topic.Builder.create(this, "Topic").enforceSsl(true).build())
                .build();
        failures.metricFailedVersions().createAlarm(this, "Failed", CreateAlarmOptions.builder().threshold(1).evaluationPeriods(1).build());

        final ImageVersionList versions = ImageVersionList.Builder.create(this, "Versions")
                .image(image)
                .status(ImageVersionStatus.CREATED)
                .processor(Processor.GPU)
                .maxVersions(20)
                .refresh(Refresh.everyDeployment())
                .build();
        output("ProdVersion", prod.getVersionAsString());
        output("GpuVersions", Fn.join(" ", versions.getVersions()));
        output("Newest", Fn.select(0, versions.getImageVersionArns()));
        output("RetentionReport", retention.getReport());
    }

    private void output(final String id, final String value) {
        CfnOutput.Builder.create(this, id).value(value).build();
    }
}
