import { App, aws_iam as iam, aws_sagemaker as sagemaker, Fn, Stack } from 'aws-cdk-lib';
import { torchApp } from './apps';
import { AppBuilder } from './cloud';
import { scenarios } from './scenario';

// The same apps with raw L1s have the problems that the constructs prevent. If one of these deployments succeeded, the tests
// of the constructs would prove nothing.

const scenario = scenarios({ prepare: (cloud) => cloud.pushImages('torch', 'a', 'b') });

/** Dependencies that raw L1s need. */
interface RawOptions {
  /** Whether each version waits for the one before it. */
  readonly dependsOn?: boolean;
  /** Whether the image, and so each version, waits for the policy of the role. */
  readonly waitForPolicy?: boolean;
}

/** An image and versions with these tags, as raw L1s. */
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

scenario('two raw L1 versions of one image collide without DependsOn', async (cloud) => {
  const output = await cloud.failToDeploy(rawApp(['a', 'b']));
  expect(output).toContain('Resource was modified concurrently');
  expect(await cloud.images()).toEqual([]);
});

scenario('the same two versions can be deployed with DependsOn', async (cloud) => {
  await cloud.deploy(rawApp(['a', 'b'], { dependsOn: true }));
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED', 'torch 2 CREATED']);
});

scenario('the same two versions can be deployed without DependsOn in a lucky order', async (cloud) => {
  await cloud.set({ order: 'lucky' });
  await cloud.deploy(rawApp(['a', 'b']));
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED', 'torch 2 CREATED']);
});

// The contract of CloudFormation's resource types calls the error of a collision retriable. The default here is stricter.
scenario('the same two versions can be deployed and deleted without DependsOn if CloudFormation retries after a collision', async (cloud) => {
  await cloud.set({ resource_conflict: 'retry' });
  await cloud.deploy(rawApp(['a', 'b']));
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED', 'torch 2 CREATED']);
  await cloud.destroy(rawApp(['a', 'b']));
  expect(await cloud.images()).toEqual([]);
});

scenario('a raw L1 version that does not wait for the policy of the role cannot pull its base image', async (cloud) => {
  const output = await cloud.failToDeploy(rawApp(['a'], { waitForPolicy: false }));
  expect(output).toContain('failed to create');
  expect(cloud.aws.log()).toMatch(/image-version\/torch\/1 fails: .* is not authorized to perform: ecr:BatchGetImage/);
  expect(await cloud.images()).toEqual([]);
});

scenario('raw L1 versions of one image collide without DependsOn when they are deleted', async (cloud) => {
  await cloud.set({ order: 'lucky' });
  await cloud.deploy(rawApp(['a', 'b']));
  await cloud.set({ order: 'worst' });
  await expect(cloud.destroy(rawApp(['a', 'b']))).rejects.toThrow(/DELETE_FAILED|failed to delete/);
});

scenario('a replaced raw L1 version is deleted', async (cloud) => {
  await cloud.deploy(rawApp(['a']));
  await cloud.deploy(rawApp(['b']));
  expect(await cloud.shortVersions()).toEqual(['torch 2 CREATED']);
});

scenario('an invalid metadata value of a raw L1 fails only in CloudFormation', async (cloud) => {
  const output = await cloud.failToDeploy((app) => {
    rawApp(['a'])(app);
    (app.node.findChild('Images').node.findChild('Version0') as sagemaker.CfnImageVersion).mlFramework = 'Tensorflow';
  });
  expect(output).toContain('MLFramework');
});

scenario('one alias of two versions fails at synth, but only in SageMaker for raw L1s', async (cloud) => {
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
