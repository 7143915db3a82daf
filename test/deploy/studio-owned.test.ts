import { join } from 'path';
import { DescribeDomainCommand, DescribeDomainResponse, DescribeSpaceCommand, ListDomainsCommand } from '@aws-sdk/client-sagemaker';
import { aws_iam as iam, aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import { AppImageConfig, Image, StudioApp, StudioAttachment, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { newDomain, torch } from './apps';
import { AppBuilder, Cloud } from './cloud';
import { granted } from './permissions';
import { scenarios } from './scenario';
import { Cdk } from '../../emulator/cdk';
import { EXAMPLES } from '../../scripts/examples/synth';

// With IAM, a domain fails if its execution role lacks a permission to describe an attached image.
const scenario = scenarios({ settings: { enforce_iam: true }, prepare: (cloud) => cloud.pushImages('torch', 'a', 'b', 'other') });

/**
 * A domain with an entry of its own in the stack `Studio`, and an image in the same stack or in another one.
 *
 * @param tag the tag of the container image, or `undefined` to attach no image
 */
function studioApp(tag: string | undefined, imageStack = 'Studio'): AppBuilder {
  return (app) => {
    const studio = new Stack(app, 'Studio');
    const ofImage = imageStack === 'Studio' ? studio : new Stack(app, imageStack);
    const executionRole = new iam.Role(studio, 'Execution', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    const other = new Image(studio, 'Other', { imageName: 'other' });
    const version = other.addVersion('V', { baseImage: torch(studio, 'other') });
    version.grants.read(executionRole);
    const config = new AppImageConfig(studio, 'OtherConfig', { app: StudioApp.jupyterLab(), appImageConfigName: 'other-config' });
    const domain = new sagemaker.CfnDomain(studio, 'Domain', {
      domainName: 'ml',
      authMode: 'IAM',
      vpcId: 'vpc-1',
      subnetIds: ['subnet-1'],
      defaultUserSettings: {
        executionRole: executionRole.roleArn,
        studioWebPortal: 'ENABLED',
        jupyterLabAppSettings: {
          customImages: [{ imageName: 'other', appImageConfigName: 'other-config', imageVersionNumber: version.version }],
          lifecycleConfigArns: ['arn:aws:sagemaker:us-east-1:123456789012:studio-lifecycle-config/x'],
        },
      },
      defaultSpaceSettings: { executionRole: executionRole.roleArn },
    });
    domain.node.addDependency(executionRole, config);
    const image = tag === undefined ? undefined : new StudioImage(ofImage, 'Torch', {
      imageName: 'torch', baseImage: torch(ofImage, tag), app: StudioApp.jupyterLab(), additionalApps: [StudioApp.codeEditor()],
    });
    image?.attach(StudioTarget.domain(domain));
    if (imageStack === 'Studio') {
      const { attrDomainId: domainId } = domain;
      const ofJo = new iam.Role(studio, 'OfJo', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
      const profile = new sagemaker.CfnUserProfile(studio, 'Profile', { domainId, userProfileName: 'jo', userSettings: { executionRole: ofJo.roleArn } });
      const spaceSettings = { kernelGatewayAppSettings: { lifecycleConfigArns: ['arn:aws:sagemaker:us-east-1:123456789012:studio-lifecycle-config/y'] } };
      const space = new sagemaker.CfnSpace(studio, 'Space', { domainId, spaceName: 'team', spaceSettings });
      if (image) {
        const attach = (id: string, appImageConfig: AppImageConfig, target: StudioTarget) =>
          new StudioAttachment(studio, id, { imageVersion: image.imageVersion, appImageConfig, target });
        attach('ForJo', image.appImageConfigs[0], StudioTarget.userProfile(profile));
        const kernel = new AppImageConfig(studio, 'Kernel', { app: StudioApp.kernelGateway({ kernelName: 'python3' }) });
        attach('ForTeam', kernel, StudioTarget.space(space));
      }
    }
  };
}

const OTHER = { ImageName: 'other', AppImageConfigName: 'other-config', ImageVersionNumber: 1 };

/** Returns the status and the kernels of the space `team`. */
async function kernelsOf(cloud: Cloud) {
  const { DomainId } = await domainOf(cloud);
  const { Status, SpaceSettings } = await cloud.sageMaker.send(new DescribeSpaceCommand({ DomainId, SpaceName: 'team' }));
  const { CustomImages = [], ...others } = SpaceSettings?.KernelGatewayAppSettings ?? {};
  return { Status, images: CustomImages.map(({ ImageName, ImageVersionNumber }) => `${ImageName} ${ImageVersionNumber}`), others };
}

async function domainOf(cloud: Cloud): Promise<DescribeDomainResponse> {
  const { Domains: [{ DomainId }] = [{}] } = await cloud.sageMaker.send(new ListDomainsCommand({}));
  return cloud.sageMaker.send(new DescribeDomainCommand({ DomainId }));
}

/** Returns the images of an app type, as `<image> <number>`. */
function images({ DefaultUserSettings: settings }: DescribeDomainResponse, app: 'JupyterLabAppSettings' | 'CodeEditorAppSettings'): string[] {
  return (settings?.[app]?.CustomImages ?? []).map(({ ImageName, ImageVersionNumber }) => `${ImageName} ${ImageVersionNumber}`);
}

/** Returns the settings of a domain without the attached images. */
function rest({ DefaultUserSettings: settings }: DescribeDomainResponse): unknown {
  const { JupyterLabAppSettings: { CustomImages, ...jupyterLab } = {}, CodeEditorAppSettings: _, ...others } = settings!;
  return { ...others, jupyterLab, other: CustomImages?.filter(({ ImageName }) => ImageName === 'other') };
}

scenario('an image is attached to an owned domain, updated to its next version and detached, and other settings do not change', async (cloud) => {
  await cloud.deploy(studioApp(undefined));
  const before = rest(await domainOf(cloud));
  expect(before).toMatchObject({ StudioWebPortal: 'ENABLED', other: [OTHER] });
  const team = await kernelsOf(cloud);
  expect(team).toMatchObject({ Status: 'InService', images: [], others: { LifecycleConfigArns: [expect.stringMatching(/y$/)] } });

  await cloud.deploy(studioApp('a'));
  const first = await domainOf(cloud);
  expect([images(first, 'JupyterLabAppSettings'), images(first, 'CodeEditorAppSettings')]).toEqual([['other 1', 'torch 1'], ['torch 1']]);
  expect([first.Status, rest(first)]).toEqual(['InService', before]);
  expect(await kernelsOf(cloud)).toEqual({ ...team, images: ['torch 1'] });
  // The execution role of a user profile is granted the use of images that are attached to all users.
  const ofDomain = (await granted(cloud, 'Execution')).filter((permission) => !permission.includes('/other'));
  expect(ofDomain).toContain('sagemaker:DescribeImageVersion arn:aws:sagemaker:us-east-1:123456789012:image-version/torch/1');
  expect(await granted(cloud, 'OfJo')).toEqual(ofDomain);

  await cloud.deploy(studioApp('b'));
  const second = await domainOf(cloud);
  expect([images(second, 'JupyterLabAppSettings'), images(second, 'CodeEditorAppSettings')]).toEqual([['other 1', 'torch 2'], ['torch 2']]);
  expect(rest(second)).toEqual(before);
  expect(await kernelsOf(cloud)).toEqual({ ...team, images: ['torch 2'] });
  expect(await cloud.shortVersions()).toEqual(['other 1 CREATED', 'torch 1 CREATED', 'torch 2 CREATED']);

  await cloud.deploy(studioApp(undefined));
  const last = await domainOf(cloud);
  expect([images(last, 'JupyterLabAppSettings'), rest(last)]).toEqual([['other 1'], before]);
  expect(await kernelsOf(cloud)).toEqual(team);
  expect(await cloud.images()).toEqual(['other']);

  await cloud.destroy(studioApp(undefined));
  expect(await cloud.stacks()).toEqual([]);
});

// With an export of the version number, CloudFormation would reject the second deployment.
scenario('a domain in another stack than the image is updated to its next version', async (cloud) => {
  await cloud.deploy(studioApp('a', 'Images'));
  expect(images(await domainOf(cloud), 'JupyterLabAppSettings')).toEqual(['other 1', 'torch 1']);
  await cloud.deploy(studioApp('b', 'Images'));
  expect(images(await domainOf(cloud), 'JupyterLabAppSettings')).toEqual(['other 1', 'torch 2']);
  expect(await cloud.shortVersions()).toEqual(['other 1 CREATED', 'torch 1 CREATED', 'torch 2 CREATED']);
  await cloud.destroy(studioApp('b', 'Images'));
  expect(await cloud.stacks()).toEqual([]);
});

/** An image with these versions in one stack, and a domain with one of them in another stack. */
function versionsApart(tags: string[], attached: string, fails = false): AppBuilder {
  return (app) => {
    const [ofImage, studio] = ['Images', 'Studio'].map((id) => new Stack(app, id));
    const image = new Image(ofImage, 'Torch', { imageName: 'torch' });
    const versions = new Map(tags.map((tag) => [tag, image.addVersion(tag, { baseImage: torch(ofImage, tag) })]));
    const { domain } = newDomain(studio);
    new StudioAttachment(studio, 'Attachment', {
      imageVersion: versions.get(attached)!,
      appImageConfig: new AppImageConfig(ofImage, 'Config', { app: StudioApp.jupyterLab() }),
      target: StudioTarget.domain(domain),
    });
    if (fails) {
      const broken = new sagemaker.CfnImageVersion(studio, 'Broken', { imageName: 'no-such-image', baseImage: 'x' });
      domain.node.addDependency(broken);
    }
  };
}

// The stack of the image is deployed first, while the domain still refers to the version that is removed.
scenario('a version that is removed while a domain of another stack moves to the next one is kept, even if the update of the domain fails', async (cloud) => {
  const state = async () => ({ domain: images(await domainOf(cloud), 'JupyterLabAppSettings'), versions: await cloud.shortVersions() });
  await cloud.deploy(versionsApart(['a'], 'a'));
  expect(await state()).toEqual({ domain: ['torch 1'], versions: ['torch 1 CREATED'] });
  await cloud.failToDeploy(versionsApart(['b'], 'b', true));
  expect(await state()).toEqual({ domain: ['torch 1'], versions: ['torch 1 CREATED', 'torch 2 CREATED'] });
  await cloud.deploy(versionsApart(['b'], 'b'));
  expect(await state()).toEqual({ domain: ['torch 2'], versions: ['torch 1 CREATED', 'torch 2 CREATED'] });
  await cloud.destroy(versionsApart(['b'], 'b'));
  expect([await cloud.stacks(), await cloud.images()]).toEqual([[], []]);
});

scenario('the CDK CLI deploys, updates and destroys examples/studio-owned', async (cloud) => {
  await cloud.pushImages('torch', '2.4-cpu', '2.5-cpu');
  const cdk = new Cdk(cloud.aws, join(EXAMPLES, 'studio-owned'));
  try {
    for (const release of [1, 2]) {
      const { ok, output } = await cdk.deploy('-c', `release=${release}`);
      expect({ ok, output }).toEqual({ ok: true, output });
      const domain = await domainOf(cloud);
      expect(images(domain, 'JupyterLabAppSettings')).toEqual([`torch ${release}`]);
      expect(domain.DefaultSpaceSettings?.KernelGatewayAppSettings?.CustomImages).toMatchObject([{ ImageVersionNumber: release }]);
    }
    expect(await cdk.destroy('-c', 'release=2')).toMatchObject({ ok: true });
    expect([await cloud.stacks(), await cloud.images()]).toEqual([[], []]);
  } finally {
    cdk.dispose();
  }
});

scenario('an attachment to an owned domain by its id becomes an attachment to the L1 in two deployments', async (cloud) => {
  const app = (target?: (domain: sagemaker.CfnDomain, executionRole: iam.IRole) => StudioTarget): AppBuilder => (root) => {
    const stack = new Stack(root, 'Studio');
    const { domain, executionRole } = newDomain(stack);
    new StudioImage(stack, 'Torch', {
      imageName: 'torch', baseImage: torch(stack, 'a'), app: StudioApp.jupyterLab(), attachTo: target ? [target(domain, executionRole)] : [],
    });
  };
  await cloud.deploy(app((domain, executionRole) => StudioTarget.existingDomain(domain.attrDomainId, { executionRole })));
  expect(images(await domainOf(cloud), 'JupyterLabAppSettings')).toEqual(['torch 1']);
  await cloud.deploy(app());
  expect(images(await domainOf(cloud), 'JupyterLabAppSettings')).toEqual([]);
  await cloud.deploy(app((domain) => StudioTarget.domain(domain)));
  expect(images(await domainOf(cloud), 'JupyterLabAppSettings')).toEqual(['torch 1']);
});
