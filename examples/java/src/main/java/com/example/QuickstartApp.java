package com.example;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.App;

import static io.github.cdksagemakerimages.VendorGuidance.NOT_PROVIDED;
import static io.github.cdksagemakerimages.VendorGuidance.STABLE;

/**
 * The same app as examples/quickstart.
 *
 * <p>{@code cdk deploy -c release=1}, then 2 (other metadata: the versions change in place), then 3 (another base image: a
 * new version is made and the old one is kept).
 *
 * <p>With {@code -c domainId=d-...} too, users of that Studio domain, whoever made it, find both container images there.
 */
public final class QuickstartApp {
    private static final Map<String, Release> RELEASES = Map.of(
            "1", new Release("2.4-gpu", "CUDA 12.4", NOT_PROVIDED, List.of("gpu-2.4")),
            "2", new Release("2.4-gpu", "CUDA 12.4, tested by the platform team", STABLE, List.of("gpu-2.4", "gpu-tested")),
            "3", new Release("2.5-gpu", "CUDA 12.6", NOT_PROVIDED, List.of("gpu-2.5")));

    private QuickstartApp() {
    }

    public static void main(final String[] args) {
        final App app = new App();
        final Object context = app.getNode().tryGetContext("release");
        final Release release = RELEASES.get(context == null ? "1" : context.toString());
        if (release == null) {
            throw new IllegalArgumentException("context value release '" + context + "' is unknown: use 1, 2, 3");
        }
        new QuickstartStack(app, "Quickstart", release, (String) app.getNode().tryGetContext("domainId"));
        app.synth();
    }
}
