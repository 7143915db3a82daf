package com.example;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.App;

import static io.github.cdksagemakerimages.VendorGuidance.NOT_PROVIDED;
import static io.github.cdksagemakerimages.VendorGuidance.STABLE;

/**
 * The same app as examples/quickstart.
 *
 * <p>Deploy with {@code cdk deploy -c release=1}, then 2 (other metadata: the versions change in place), then 3 (another base
 * image: CloudFormation creates a new version and keeps the old one).
 *
 * <p>With {@code -c domainId=d-...}, the image is also attached to that existing Studio domain. With {@code -c prod=2.4}, there is
 * another stack, for {@code cdk deploy Releases}, and with {@code -c existing=base} one for {@code cdk deploy ExistingImage}.
 */
public final class QuickstartApp {
    private static final Map<String, Release> RELEASES = Map.of(
            "1", new Release("2.4-gpu", "CUDA 12.4", NOT_PROVIDED, List.of("2.4.0-gpu")),
            "2", new Release("2.4-gpu", "CUDA 12.4, tested by the platform team", STABLE, List.of("2.4.0-gpu", "gpu-tested")),
            "3", new Release("2.5-gpu", "CUDA 12.6", NOT_PROVIDED, List.of("2.5.0-gpu")));

    private QuickstartApp() {
    }

    public static void main(final String[] args) {
        final App app = new App();
        final Object context = app.getNode().tryGetContext("release");
        final Release release = RELEASES.get(context == null ? "1" : context.toString());
        if (release == null) {
            throw new IllegalArgumentException("context value release '" + context + "' is unknown: use 1, 2, 3");
        }
        final String domainId = (String) app.getNode().tryGetContext("domainId");
        new QuickstartStack(app, "Quickstart", release, domainId);

        final Object prod = app.getNode().tryGetContext("prod");
        if (prod != null) {
            new ReleasesStack(app, "Releases", prod.toString(), domainId);
        }

        final String existing = (String) app.getNode().tryGetContext("existing");
        if (existing != null) {
            new ExistingImageStack(app, "ExistingImage", existing);
        }
        app.synth();
    }
}
