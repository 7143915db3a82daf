using System;
using System.Collections.Generic;
using Amazon.CDK;
using CdkSagemakerImages;

namespace Quickstart
{
    /// <summary>The differences between releases.</summary>
    public sealed record Release(string GpuTag, string GpuNotes, VendorGuidance GpuGuidance, string[] GpuAliases);

    /// <summary>The same app as examples/quickstart.</summary>
    /// <remarks>
    /// Deploy with <c>cdk deploy -c release=1</c>, then 2 (other metadata: the versions change in place), then 3 (another base
    /// image: CloudFormation creates a new version and keeps the old one). With <c>-c domainId=d-...</c>, the image is also
    /// attached to that existing Studio domain. With <c>-c prod=2.4</c>, there is another stack, for <c>cdk deploy Releases</c>,
    /// and with <c>-c existing=base</c> one for <c>cdk deploy ExistingImage</c>.
    /// </remarks>
    public static class Program
    {
        private static readonly Dictionary<string, Release> Releases = new()
        {
            ["1"] = new("2.4-gpu", "CUDA 12.4", VendorGuidance.NOT_PROVIDED, new[] { "2.4.0-gpu" }),
            ["2"] = new("2.4-gpu", "CUDA 12.4, tested by the platform team", VendorGuidance.STABLE, new[] { "2.4.0-gpu", "gpu-tested" }),
            ["3"] = new("2.5-gpu", "CUDA 12.6", VendorGuidance.NOT_PROVIDED, new[] { "2.5.0-gpu" }),
        };

        public static void Main()
        {
            var app = new App();
            var name = app.Node.TryGetContext("release")?.ToString() ?? "1";
            if (!Releases.TryGetValue(name, out var release))
            {
                throw new ArgumentException($"context value release '{name}' is unknown: use 1, 2, 3");
            }
            var domainId = app.Node.TryGetContext("domainId") as string;
            new QuickstartStack(app, "Quickstart", release, domainId);

            if (app.Node.TryGetContext("prod")?.ToString() is string prod)
            {
                new ReleasesStack(app, "Releases", prod, domainId);
            }
            if (app.Node.TryGetContext("existing") is string existing)
            {
                new ExistingImageStack(app, "ExistingImage", existing);
            }
            app.Synth();
        }
    }
}
