package com.example;

import io.github.cdksagemakerimages.BaseImage;
import io.github.cdksagemakerimages.IImage;
import io.github.cdksagemakerimages.Image;
import io.github.cdksagemakerimages.ImageLookupOptions;
import io.github.cdksagemakerimages.ImageVersion;
import io.github.cdksagemakerimages.ImageVersionLookup;
import io.github.cdksagemakerimages.ImageVersionOptions;
import io.github.cdksagemakerimages.ImageVersionSelector;
import io.github.cdksagemakerimages.Processor;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.ecr.IRepository;
import software.amazon.awscdk.services.ecr.Repository;
import software.constructs.Construct;

/** An image that exists already, for example that of another team: the app adds a version, and looks up others. */
public class ExistingImageStack extends Stack {
    /**
     * @param imageName the name of an image that has a version 1 and a version with the alias {@code stable}
     */
    public ExistingImageStack(final Construct scope, final String id, final String imageName) {
        // To look up an image during synth, the CDK has to know where it is.
        super(scope, id, StackProps.builder()
                .env(Environment.builder()
                        .account(System.getenv("CDK_DEFAULT_ACCOUNT"))
                        .region(System.getenv("CDK_DEFAULT_REGION"))
                        .build())
                .build());
        final IRepository repository = Repository.fromRepositoryName(this, "Repository", "torch");

        // The CDK CLI keeps the role of the image in cdk.context.json. A version that is added grants this role the permission to pull.
        final IImage image = Image.fromLookup(this, "Image", ImageLookupOptions.builder().imageName(imageName).build());
        final ImageVersion added = image.addVersion("Cpu", ImageVersionOptions.builder()
                .baseImage(BaseImage.fromEcrRepository(repository, "2.4-cpu"))
                .processor(Processor.CPU)
                .build());

        // Versions of others are looked up during the deployment.
        final ImageVersionLookup first = lookUp("First", image, ImageVersionSelector.number(1));
        final ImageVersionLookup stable = lookUp("Stable", image, ImageVersionSelector.alias("stable"));
        final ImageVersionLookup latest = lookUp("Latest", image, ImageVersionSelector.latest());

        output("AddedVersion", added.getVersionAsString());
        output("FirstContainerImage", first.getContainerImage());
        output("StableContainerImage", stable.getContainerImage());
        output("LatestVersion", latest.getVersionAsString());
    }

    private ImageVersionLookup lookUp(final String id, final IImage image, final ImageVersionSelector version) {
        return ImageVersionLookup.Builder.create(this, id).image(image).version(version).build();
    }

    private void output(final String id, final String value) {
        CfnOutput.Builder.create(this, id).value(value).build();
    }
}
