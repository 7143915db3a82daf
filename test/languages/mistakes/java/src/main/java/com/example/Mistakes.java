package com.example;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cdksagemakerimages.BaseImage;
import io.github.cdksagemakerimages.Image;
import io.github.cdksagemakerimages.ImageVersionOptions;
import io.github.cdksagemakerimages.MlFramework;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;

/** Writes the errors that mistakes cause in Java. */
public final class Mistakes {
    private Mistakes() {
    }

    public static void main(final String[] args) throws IOException {
        final Image image = Image.Builder.create(new Stack(new App(), "Mistakes"), "Torch").build();
        final BaseImage baseImage = BaseImage.fromUri("123456789012.dkr.ecr.us-east-1.amazonaws.com/torch:2.4");
        new ObjectMapper().writeValue(new File("mistakes.json"), Map.of(
                "missing", attempt(() -> image.addVersion("Missing", ImageVersionOptions.builder()
                        .mlFramework(MlFramework.pytorch("2.4"))
                        .build())),
                "invalid", attempt(() -> image.addVersion("Invalid", ImageVersionOptions.builder()
                        .baseImage(baseImage)
                        .mlFramework(MlFramework.of("Tensorflow"))
                        .aliases(List.of("-gpu"))
                        .releaseNotes("x".repeat(256))
                        .build())),
                "atSynth", attempt(() -> {
                    final App app = new App();
                    final Image twice = Image.Builder.create(new Stack(app, "Mistakes"), "Torch").build();
                    List.of("A", "B").forEach(id -> twice.addVersion(id, ImageVersionOptions.builder().baseImage(baseImage).alias("stable").build()));
                    app.synth();
                })));
    }

    private static Map<String, String> attempt(final Runnable mistake) {
        try {
            mistake.run();
            return Map.of("type", "none", "message", "");
        } catch (final RuntimeException error) {
            return Map.of("type", error.getClass().getName(), "message", error.getMessage());
        }
    }
}
