import { DescribeDomainCommand, DescribeDomainResponse, ListDomainsCommand } from '@aws-sdk/client-sagemaker';
import { aws_iam as iam, aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import { AppImageConfig, Image, StudioApp, StudioAttachment, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { torch } from './apps';
import { AppBuilder, Cloud } from './cloud';
import { scenarios } from './scenario';

// Roles are judged: the domain fails when its execution role may not describe what it refers to.
const scenario = scenarios({ settings: { enforce_iam: true }, prepare: (cloud) => cloud.pushImages('torch', 'a', 'b', 'other') });

/**
 * A domain with an entry of its own, in the stack `Studio`; the image is in the same stack or in another.
 *
 * @param tag the container image that is attached; without it, nothing is
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
    });
    domain.node.addDependency(executionRole, config);
    const image = tag === undefined ? undefined : new StudioImage(ofImage, 'Torch', {
      imageName: 'torch', baseImage: torch(ofImage, tag), app: StudioApp.jupyterLab(), additionalApps: [StudioApp.codeEditor()],
    });
    image?.attach(StudioTarget.domain(domain));
    if (image && imageStack === 'Studio') {
      const profile = new sagemaker.CfnUserProfile(studio, 'Profile', { domainId: domain.attrDomainId, userProfileName: 'jo' });
      new StudioAttachment(studio, 'ForJo', {
        imageVersion: image.imageVersion, appImageConfig: image.appImageConfigs[0], target: StudioTarget.userProfile(profile),
      });
    }
  };
}

const OTHER = { ImageName: 'other', AppImageConfigName: 'other-config', ImageVersionNumber: 1 };

async function domainOf(cloud: Cloud): Promise<DescribeDomainResponse> {
  const { Domains: [{ DomainId }] = [{}] } = await cloud.sageMaker.send(new ListDomainsCommand({}));
  return cloud.sageMaker.send(new DescribeDomainCommand({ DomainId }));
}

/** The images of an app, as `<image> <number>`. */
function images({ DefaultUserSettings: settings }: DescribeDomainResponse, app: 'JupyterLabAppSettings' | 'CodeEditorAppSettings'): string[] {
  return (settings?.[app]?.CustomImages ?? []).map(({ ImageName, ImageVersionNumber }) => `${ImageName} ${ImageVersionNumber}`);
}

/** What nobody attached. */
function rest({ DefaultUserSettings: settings }: DescribeDomainResponse): unknown {
  const { JupyterLabAppSettings: { CustomImages, ...jupyterLab } = {}, CodeEditorAppSettings: _, ...others } = settings!;
  return { ...others, jupyterLab, other: CustomImages?.filter(({ ImageName }) => ImageName === 'other') };
}

scenario('an image is attached to a domain of the app, moves with its next version and is detached, and the rest stays', async (cloud) => {
  await cloud.deploy(studioApp(undefined));
  const before = rest(await domainOf(cloud));
  expect(before).toMatchObject({ StudioWebPortal: 'ENABLED', other: [OTHER] });

  await cloud.deploy(studioApp('a'));
  const first = await domainOf(cloud);
  expect([images(first, 'JupyterLabAppSettings'), images(first, 'CodeEditorAppSettings')]).toEqual([['other 1', 'torch 1'], ['torch 1']]);
  expect([first.Status, rest(first)]).toEqual(['InService', before]);

  await cloud.deploy(studioApp('b'));
  const second = await domainOf(cloud);
  expect([images(second, 'JupyterLabAppSettings'), images(second, 'CodeEditorAppSettings')]).toEqual([['other 1', 'torch 2'], ['torch 2']]);
  expect(rest(second)).toEqual(before);
  expect(await cloud.shortVersions()).toEqual(['other 1 CREATED', 'torch 1 CREATED', 'torch 2 CREATED']);

  await cloud.deploy(studioApp(undefined));
  const last = await domainOf(cloud);
  expect([images(last, 'JupyterLabAppSettings'), rest(last)]).toEqual([['other 1'], before]);
  expect(await cloud.images()).toEqual(['other']);

  await cloud.destroy(studioApp(undefined));
  expect(await cloud.stacks()).toEqual([]);
});

// With an import of the number, CloudFormation would refuse the second deployment.
scenario('a domain in another stack than the image moves with its next version too', async (cloud) => {
  await cloud.deploy(studioApp('a', 'Images'));
  expect(images(await domainOf(cloud), 'JupyterLabAppSettings')).toEqual(['other 1', 'torch 1']);
  await cloud.deploy(studioApp('b', 'Images'));
  expect(images(await domainOf(cloud), 'JupyterLabAppSettings')).toEqual(['other 1', 'torch 2']);
  expect(await cloud.shortVersions()).toEqual(['other 1 CREATED', 'torch 1 CREATED', 'torch 2 CREATED']);
  await cloud.destroy(studioApp('b', 'Images'));
  expect(await cloud.stacks()).toEqual([]);
});
