/** Returns an image manifest. The tag makes each manifest different. */
export function containerManifest(tag: string): string {
  const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', size: 100, digest: digest('a') },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', size: 1000, digest: digest('b') }],
    annotations: { 'org.opencontainers.image.version': tag },
  });
}
