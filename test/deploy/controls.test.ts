import { App, aws_iam as iam, aws_sagemaker as sagemaker, Fn, Stack } from 'aws-cdk-lib';
import { torchApp } from './apps';
import { AppBuilder } from './cloud';
import { scenarios } from './scenario';

// What the constructs protect from, shown on the same apps written with raw L1s: if one of these deployments did not go
// wrong, the tests of the protection would prove nothing.

const scenario = scenarios({ prepare: (cloud) => cloud.pushImages('torch', 'a', 'b') });

/** What a careful author adds to raw L1s. */
interface RawOptions {
  /** Each version waits for the one before. */
  readonly dependsOn?: boolean;
  /** The image, and with it each version, waits for the policy of the role. */
  readonly waitForPolicy?: boolean;
}

/** An image and versions with these tags in raw L1s. */
function rawApp(tags: string[], { dependsOn = false, waitForPolicy = true }: RawOptions = {}): AppBuilder {
  return (app: App) => {
    const stack = new Stack(app, 'Images');
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    role.addToPolicy(new iam.PolicyStatement({ actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], resources: ['*'] }));
    const image = new sagemaker.CfnImage(stack, 'Image', { imageName: 'torch', imageRoleArn: role.roleArn });
    if (waitForPolicy) {
      image.node.addDependency(role);
    }
    tags.reduce<sagemaker.CfnImageVersion | undefined>((previous, tag, index) => {
      const version = new sagemaker.CfnImageVersion(stack, `Version${index}`, {
        imageName: image.imageName,
        baseImage: Fn.sub(`\${AWS::AccountId}.dkr.ecr.\${AWS::Region}.\${AWS::URLSuffix}/torch:${tag}`),
      });
      version.node.addDependency(image);
      if (previous && dependsOn) {
        version.node.addDependency(previous);
      }
      return version;
    }, undefined);
  };
}

scenario('two versions of one image in raw L1s collide without DependsOn', async (cloud) => {
  const output = await cloud.failToDeploy(rawApp(['a', 'b']));
  expect(output).toContain('Resource was modified concurrently');
  expect(await cloud.images()).toEqual([]);
});

scenario('the same two versions with DependsOn deploy', async (cloud) => {
  await cloud.deploy(rawApp(['a', 'b'], { dependsOn: true }));
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED', 'torch 2 CREATED']);
});

scenario('the same two versions without DependsOn deploy in a lucky order', async (cloud) => {
  await cloud.set({ order: 'lucky' });
  await cloud.deploy(rawApp(['a', 'b']));
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED', 'torch 2 CREATED']);
});

scenario('a version in a raw L1 that does not wait for the policy of the role cannot pull its base image', async (cloud) => {
  const output = await cloud.failToDeploy(rawApp(['a'], { waitForPolicy: false }));
  expect(output).toContain('failed to create');
  expect(cloud.aws.log()).toMatch(/image-version\/torch\/1 fails: .* is not authorized to perform: ecr:BatchGetImage/);
  expect(await cloud.images()).toEqual([]);
});

scenario('versions of one image in raw L1s collide when they are removed without DependsOn', async (cloud) => {
  await cloud.set({ order: 'lucky' });
  await cloud.deploy(rawApp(['a', 'b']));
  await cloud.set({ order: 'worst' });
  await expect(cloud.destroy(rawApp(['a', 'b']))).rejects.toThrow(/DELETE_FAILED|failed to delete/);
});

scenario('a replaced version in a raw L1 is lost', async (cloud) => {
  await cloud.deploy(rawApp(['a']));
  await cloud.deploy(rawApp(['b']));
  expect(await cloud.shortVersions()).toEqual(['torch 2 CREATED']);
});

scenario('a metadata value that SageMaker does not take fails in CloudFormation, in a raw L1', async (cloud) => {
  const output = await cloud.failToDeploy((app) => {
    rawApp(['a'])(app);
    (app.node.findChild('Images').node.findChild('Version0') as sagemaker.CfnImageVersion).mlFramework = 'Tensorflow';
  });
  expect(output).toContain('MLFramework');
});

scenario('one alias on two versions is found at synth, and by SageMaker in raw L1s', async (cloud) => {
  const reason = await cloud.failToDeploy(torchApp({ A: { tag: 'a', alias: 'stable' }, B: { tag: 'b', alias: 'stable' } }));
  expect(reason).toContain('an alias names one version of an image');
  expect(await cloud.stacks()).toEqual([]);

  const output = await cloud.failToDeploy((app) => {
    rawApp(['a', 'b'], { dependsOn: true })(app);
    for (const id of ['Version0', 'Version1']) {
      (app.node.findChild('Images').node.findChild(id) as sagemaker.CfnImageVersion).aliases = ['stable'];
    }
  });
  expect(output).toContain('stable');
  expect(await cloud.images()).toEqual([]);
});
