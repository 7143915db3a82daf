import { paginateDescribeStackEvents } from '@aws-sdk/client-cloudformation';
import { UpdateImageStorageClassCommand } from '@aws-sdk/client-ecr';
import { App, aws_ecr as ecr, aws_ecr_assets as assets, aws_iam as iam, Stack } from 'aws-cdk-lib';
import { BaseImage, Image, StudioApp, StudioImage } from 'cdk-sagemaker-images';
import { AppBuilder, Cloud } from './cloud';
import { callsOfFunction, push } from './container-images';
import { ENVIRONMENT } from './environment';
import { granted, used } from './permissions';
import { scenarios } from './scenario';

const scenario = scenarios({ settings: { enforce_iam: true } });

const TORCH = `arn:aws:ecr:${ENVIRONMENT.region}:${ENVIRONMENT.account}:repository/torch`;

interface Options {
  readonly tag?: string;
  readonly platform?: assets.Platform;
  readonly repositoryName?: string;
  readonly prepare?: (stack: Stack, image: Image) => void;
}

/** An image with one version, whose container image is checked. */
function checked({ tag = 'a', platform, repositoryName = 'torch', prepare }: Options = {}): AppBuilder {
  return (app: App) => {
    const stack = new Stack(app, 'Images', { env: ENVIRONMENT });
    const image = new Image(stack, 'Torch', { imageName: 'torch' });
    prepare?.(stack, image);
    const repository = ecr.Repository.fromRepositoryName(stack, 'Repository', repositoryName);
    image.addVersion('V', { baseImage: BaseImage.fromEcrRepository(repository, tag, { platform }), preflight: true });
  };
}

/** The seconds that CloudFormation waited for the custom resource to be created and to be updated. Events are newest first. */
async function secondsOfChecks(cloud: Cloud): Promise<number[]> {
  const times: Record<string, number> = {};
  for await (const { StackEvents = [] } of paginateDescribeStackEvents({ client: cloud.cloudFormation }, { StackName: 'Images' })) {
    StackEvents.filter(({ ResourceType }) => ResourceType === 'Custom::SageMakerContainerImage')
      .forEach(({ ResourceStatus, Timestamp }) => { times[ResourceStatus!] = Timestamp!.getTime(); });
  }
  return ['CREATE', 'UPDATE'].map((operation) => (times[`${operation}_COMPLETE`] - times[`${operation}_IN_PROGRESS`]) / 1000);
}

scenario('a container image that passes costs one custom resource and less than two seconds', async (cloud) => {
  const since = new Date();
  await push(cloud, 'a');
  await push(cloud, 'b');
  await cloud.deploy(checked());
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED']);
  expect((await callsOfFunction(cloud, since)).sort()).toEqual([
    'ecr BatchGetImage', 'ecr DescribeImages', 'ecr GetDownloadUrlForLayer', 'iam SimulatePrincipalPolicy',
  ]);

  // Nothing is checked again without a change.
  const then = new Date();
  expect(await cloud.deploy(checked())).toContain('no changes');
  expect(await callsOfFunction(cloud, then)).toEqual([]);
  await cloud.deploy(checked({ tag: 'b' }));
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED', 'torch 2 CREATED']);
  const seconds = await secondsOfChecks(cloud);
  console.info(`the checks took ${seconds.join(' and ')} s`);
  // The other one may have had to share the machine.
  expect(Math.min(...seconds)).toBeLessThan(2);

  const permissions = await granted(cloud, 'SageMakerImages');
  expect(permissions.filter((permission) => !permission.startsWith('logs:')).map((permission) => permission.replace(/(role\/Images-TorchRole).*/, '$1'))).toEqual([
    ...['BatchGetImage', 'DescribeImages', 'GetDownloadUrlForLayer', 'GetRepositoryPolicy'].map((action) => `ecr:${action} ${TORCH}`),
    `iam:SimulatePrincipalPolicy arn:aws:iam::${ENVIRONMENT.account}:role/Images-TorchRole`,
  ]);
  await cloud.destroy(checked({ tag: 'b' }));
  // The policy of the repository matters only if those of the role do not grant the pull.
  expect(await used(cloud, 'SageMakerImages', since)).toEqual(permissions.filter((permission) => !permission.startsWith('ecr:GetRepositoryPolicy ')));
});

const without = (action: string) => (stack: Stack, image: Image) => iam.PermissionsBoundary.of(image).apply(
  new iam.ManagedPolicy(stack, 'Boundary', { statements: [new iam.PolicyStatement({ notActions: [action], resources: ['*'] })] }));

scenario('a container image that SageMaker cannot use fails the deployment before a version is created, with the fix in the error', async (cloud) => {
  await push(cloud, 'arm', { architecture: 'arm64' });
  await push(cloud, 'big', { bytes: 40 * 2 ** 30 });
  await push(cloud, 'signature', { layerType: 'application/vnd.dev.cosign.simplesigning.v1+json' });
  await push(cloud, 'list', { list: ['arm64', 's390x'] });
  await push(cloud, 'a');
  for (const [tag, options, message] of [
    ['none', {}, /failed: repository 'torch' has no container image with tag 'none'; nothing was changed; push it, or use another one, and deploy again/],
    ['arm', {}, /failed: it is built for linux\/arm64, not for linux\/amd64; nothing was changed; build it with 'docker build --platform linux\/amd64' and push it again/],
    ['big', {}, /failed: it has 40.0 GB, and SageMaker accepts at most 35 GB; nothing was changed; make it smaller/],
    ['list', {}, /failed: it is built for linux\/arm64, linux\/s390x, not for linux\/amd64/],
    ['signature', {}, /failed: it is not a container image but an artifact of type application\/vnd.dev.cosign.simplesigning.v1\+json; nothing was changed; use a container image/],
    ['a', { repositoryName: 'other' }, /failed: repository 'other' does not exist in account \d+ and Region/],
    ['a', { platform: assets.Platform.LINUX_ARM64 }, /failed: it is built for linux\/amd64, not for linux\/arm64/],
    ['a', { prepare: without('ecr:BatchGetImage') }, /failed: the role of the image, arn:\S+, may not call ecr:BatchGetImage on repository 'torch'; nothing was changed; grant it/],
  ] as const) {
    expect(await cloud.failToDeploy(checked({ tag, ...options }))).toMatch(message);
    expect(await cloud.stackStatus('Images')).toBe('ROLLBACK_COMPLETE');
    expect(await cloud.versions()).toEqual([]);
    await cloud.clear();
  }
  // What the app asks for is right.
  await cloud.deploy(checked({ tag: 'arm', platform: assets.Platform.LINUX_ARM64 }));
});

describe.each(['filtered', 'described'])('ECR answers without a filter for archived images: %s', (archived_images) => {
  scenario('an archived container image fails an update, whose rollback keeps the former version', async (cloud) => {
    await cloud.set({ archived_images });
    await push(cloud, 'a');
    await push(cloud, 'b');
    await cloud.deploy(checked());
    for (const imageTag of ['a', 'b']) {
      await cloud.ecr.send(new UpdateImageStorageClassCommand({ repositoryName: 'torch', imageId: { imageTag }, targetStorageClass: 'ARCHIVE' }));
    }
    const [command, parameters] = [/aws (ecr) (update-image-storage-class)/, /--repository-name torch --image-id imageTag=b --target-storage-class STANDARD/];
    const message = await cloud.failToDeploy(checked({ tag: 'b' }));
    expect(message).toContain('it is archived in ECR; nothing was changed; restore it');
    expect(message).toMatch(command);
    expect(message).toMatch(parameters);
    // The former container image is archived too, but its version exists.
    expect(await cloud.stackStatus('Images')).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED']);
    await cloud.ecr.send(new UpdateImageStorageClassCommand({ repositoryName: 'torch', imageId: { imageTag: 'b' }, targetStorageClass: 'STANDARD' }));
    await cloud.deploy(checked({ tag: 'b' }));
    expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED', 'torch 2 CREATED']);
  });
});

scenario('what the function may not read does not fail the deployment', async (cloud) => {
  await push(cloud, 'a', { architecture: 'arm64' });
  const denied = (stack: Stack) => {
    const role = stack.node.findAll().filter((one): one is iam.Role => one instanceof iam.Role && /Changes SageMaker/.test(JSON.stringify((one.node.defaultChild as any).description)));
    expect(role).toHaveLength(1);
    role[0].addToPolicy(new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['ecr:*', 'iam:*'], resources: ['*'] }));
  };
  await cloud.deploy((app) => {
    const stack = new Stack(app, 'Images', { env: ENVIRONMENT });
    new StudioImage(stack, 'Torch', {
      imageName: 'torch', app: StudioApp.jupyterLab(), baseImage: BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch'), 'a'),
    });
    denied(stack);
  });
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED']);
});
