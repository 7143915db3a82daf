import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { BatchGetImageCommand } from '@aws-sdk/client-ecr';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { BaseImage, Image } from 'cdk-sagemaker-images';
import { ENVIRONMENT } from './environment';
import { scenarios } from './scenario';
import { BuilderEnvironment, findBuilder, podmanEnvironment } from '../../emulator/podman';

const ASSETS = `cdk-hnb659fds-container-assets-${ENVIRONMENT.account}-${ENVIRONMENT.region}`;

let folder: string;
let builder: BuilderEnvironment | undefined;

beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'dockerfile-')); });

afterAll(() => {
  builder?.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** Writes a Dockerfile that needs no base image. */
function writeDockerfile(release: string): void {
  writeFileSync(join(folder, 'release'), release);
  writeFileSync(join(folder, 'Dockerfile'), `FROM scratch\nCOPY release /release\nLABEL release="${release}"\nCMD ["/release"]\n`);
}

function app(scope: App): void {
  const stack = new Stack(scope, 'Images');
  const version = new Image(stack, 'Torch', { imageName: 'torch' }).addVersion('Release', { baseImage: BaseImage.fromAsset(folder) });
  new CfnOutput(stack, 'ContainerImage', { value: version.containerImage });
}

const found = findBuilder();

if (found.name) {
  const scenario = scenarios({
    prepare: async (cloud) => {
      builder = podmanEnvironment(cloud.aws);
      cloud.addEnvironment(builder!.env);
    },
  });

  scenario('a Dockerfile is built, pushed and registered by digest, and a changed one becomes a new version beside the former one', async (cloud) => {
    writeDockerfile('one');
    await cloud.deploy(app);
    const [first] = await cloud.versions();
    expect(first).toMatchObject({ version: 1, status: 'CREATED' });
    expect(first.containerImage).toMatch(/@sha256:[0-9a-f]{64}$/);

    writeDockerfile('two');
    await cloud.deploy(app);
    const [old, second, ...more] = await cloud.versions();
    expect(old).toEqual(first);
    expect(second).toMatchObject({ version: 2, status: 'CREATED' });
    expect(second.containerImage).not.toBe(first.containerImage);
    expect(more).toEqual([]);
    expect(await cloud.outputs('Images')).toEqual({ ContainerImage: second.containerImage });

    // Both container images are in the registry with the digest in SageMaker and with the one layer of the build.
    for (const { baseImage, containerImage } of [first, second]) {
      const { images: [image] = [] } = await cloud.ecr.send(new BatchGetImageCommand({
        repositoryName: ASSETS, imageIds: [{ imageTag: baseImage.split(':')[1] }],
      }));
      expect(image.imageId?.imageDigest).toBe(containerImage.split('@')[1]);
      expect(JSON.parse(image.imageManifest!).layers).toHaveLength(1);
    }

    // Without a change, there is no new version.
    await cloud.deploy(app);
    expect(await cloud.versions()).toEqual([first, second]);
  });
} else {
  process.stderr.write(`SKIPPED: the deploy test of a Dockerfile, because ${found.reason}\n`);
  test.skip('a Dockerfile is built, pushed and registered by digest', () => undefined);

}
