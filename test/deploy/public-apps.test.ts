import { DescribeDomainResponse, JupyterLabAppSettings, ListDomainsCommand } from '@aws-sdk/client-sagemaker';
import { aws_iam as iam, aws_ssm as ssm, Stack } from 'aws-cdk-lib';
import { AppBuilder, Cloud } from './cloud';
import { createDomain, createExecutionRole, domainInService } from './domains';
import { scenarios } from './scenario';
import { defaultImage } from '../apps/default-image';
import { existingDomain } from '../apps/existing-domain';
import { multiKernel } from '../apps/multi-kernel';
import { PublicApp } from '../apps/public-app';
import { sharedSpaces } from '../apps/shared-spaces';

const scenario = scenarios({
  settings: { enforce_iam: true },
  prepare: async (cloud) => {
    await cloud.pushImages('torch', '1', '2');
    await createExecutionRole(cloud);
  },
});

/** Returns what the only domain offers, as `<settings> <app>: <image> <number>`, with the number of the default image. */
async function offered({ sageMaker }: Cloud): Promise<string[]> {
  const { Domains: [{ DomainId }] = [{}] } = await sageMaker.send(new ListDomainsCommand({}));
  const domain = await domainInService(sageMaker, DomainId!);
  expect(domain.Status).toBe('InService');
  return [...imagesIn(domain, 'DefaultUserSettings'), ...imagesIn(domain, 'DefaultSpaceSettings')];
}

function imagesIn(domain: DescribeDomainResponse, settings: 'DefaultUserSettings' | 'DefaultSpaceSettings'): string[] {
  return Object.entries(domain[settings] ?? {}).filter(([name]) => name.endsWith('AppSettings')).flatMap(([name, apps]) => {
    const { CustomImages: images = [], DefaultResourceSpec: { SageMakerImageVersionArn: arn } = {} } = apps as JupyterLabAppSettings;
    const ofDefault = arn ? `, default ${arn.split('/').pop()}` : '';
    return images.map(({ ImageName, ImageVersionNumber }) => `${settings} ${name}: ${ImageName} ${ImageVersionNumber}${ofDefault}`);
  }).sort();
}

/** Deploys two releases of an app, which differ in the container image, and deletes its stacks. */
async function deployTwice(cloud: Cloud, app: PublicApp, images: (version: number) => string[], domainId?: string): Promise<void> {
  const release = (tag: string): AppBuilder => (root) => app(root, { tag, domainId });
  for (const version of [1, 2]) {
    await cloud.deploy(release(`${version}`));
    expect(await offered(cloud)).toEqual(images(version));
    expect((await cloud.versions()).map((row) => [row.version, row.status])).toEqual([1, 2].slice(0, version).map((number) => [number, 'CREATED']));
  }
  await cloud.destroy(release('2'));
  expect(await cloud.images()).toEqual([]);
  if (domainId) {
    expect(await offered(cloud)).toEqual([]);
  }
}

scenario('several kernels of one image are released twice and destroyed', async (cloud) => {
  await deployTwice(cloud, multiKernel, (version) => [
    `DefaultUserSettings JupyterLabAppSettings: multi-kernel ${version}`,
    ...Array(3).fill(`DefaultUserSettings KernelGatewayAppSettings: multi-kernel ${version}`),
  ], await createDomain(cloud));
});

scenario('an image for users and shared spaces is released twice and destroyed', async (cloud) => {
  await deployTwice(cloud, sharedSpaces, (version) => [
    `DefaultUserSettings CodeEditorAppSettings: shared-torch ${version}`,
    `DefaultUserSettings JupyterLabAppSettings: shared-torch ${version}`,
    `DefaultSpaceSettings JupyterLabAppSettings: shared-torch ${version}`,
  ]);
});

scenario('a default image is released twice and destroyed', async (cloud) => {
  await deployTwice(cloud, defaultImage, (version) => [
    `DefaultUserSettings JupyterLabAppSettings: default-torch ${version}, default ${version}`,
    `DefaultSpaceSettings JupyterLabAppSettings: default-torch ${version}, default ${version}`,
  ]);
});

scenario('an image for a regulated platform is released twice and destroyed', async (cloud) => {
  const domainId = await createDomain(cloud);
  await cloud.deploy((app) => {
    const stack = new Stack(app, 'Prerequisites');
    new ssm.StringParameter(stack, 'DomainId', { parameterName: '/platform/studio/domain/id', stringValue: domainId });
    const statements = [new iam.PolicyStatement({ actions: ['*'], resources: ['*'] })];
    new iam.ManagedPolicy(stack, 'Boundary', { managedPolicyName: 'boundary', statements });
  });
  await deployTwice(cloud, existingDomain, (version) => [`DefaultUserSettings JupyterLabAppSettings: platform-torch ${version}`], domainId);
});
