import {
  CreateAppCommand, CreateImageVersionCommand, CreateSpaceCommand, CreateUserProfileCommand, DescribeAppCommand, DescribeSpaceCommand,
  DescribeUserProfileCommand, UpdateDomainCommand,
} from '@aws-sdk/client-sagemaker';
import { CfnOutput, Stack } from 'aws-cdk-lib';
import { Image, ImageRetention, ImageRetentionProps, StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { torch, torchApp } from './apps';
import { attached, attachmentScenarios, entriesOf, failing, theirDomain } from './attachments';
import { AppBuilder, Cloud } from './cloud';
import { domainInService, settled } from './domains';
import { ENVIRONMENT } from './environment';
import { granted, used } from './permissions';

const scenario = attachmentScenarios();

const ARN = `arn:aws:sagemaker:${ENVIRONMENT.region}:${ENVIRONMENT.account}`;

/** An image with one version of the app, and a retention with an output for each attribute. */
function retained(props?: Partial<ImageRetentionProps>): AppBuilder {
  return (app) => {
    torchApp({ A: { tag: 'a' } }, {}, { env: ENVIRONMENT })(app);
    const stack = app.node.findChild('Images') as Stack;
    if (props) {
      const retention = new ImageRetention(stack, 'Retention', { image: stack.node.findChild('Torch') as Image, keepVersions: 1, ...props });
      new CfnOutput(stack, 'Report', { value: retention.report });
      new CfnOutput(stack, 'Deleted', { value: retention.deletedVersions });
    }
  };
}

const numbers = async (cloud: Cloud, name = 'torch') => (await cloud.versions()).filter(({ image }) => image === name).map(({ version }) => version);

/** Adds versions by hand, each with these aliases. */
async function addVersions(cloud: Cloud, count: number, aliases: Record<number, string[]> = {}): Promise<void> {
  for (let i = 0; i < count; i++) {
    const BaseImage = `${ENVIRONMENT.account}.dkr.ecr.${ENVIRONMENT.region}.amazonaws.com/torch:b`;
    const { ImageVersionArn } = await cloud.sageMaker.send(new CreateImageVersionCommand({
      ImageName: 'torch', BaseImage, ClientToken: `version-${Date.now()}-${i}`, Aliases: aliases[(await numbers(cloud)).length + 1],
    }));
    for (const number = Number(ImageVersionArn!.split('/')[2]); !(await cloud.versions()).some(({ image, version, status }) => image === 'torch' && version === number && status === 'CREATED');) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

const entry = (ImageVersionNumber?: number) => ({ ImageName: 'torch', AppImageConfigName: 'theirs', ImageVersionNumber });

/** Lets another team use versions 3 to 7: in a domain, a user profile, a space, as a default image, and in a running app. */
async function useVersions(cloud: Cloud): Promise<string> {
  const { sageMaker } = cloud;
  const DomainId = await theirDomain(cloud);
  await cloud.deploy((app) => {
    const stack = new Stack(app, 'Theirs', { env: ENVIRONMENT });
    new StudioImage(stack, 'Image', {
      imageName: 'theirs',
      baseImage: torch(stack, 'a'),
      // Their function would count as ours.
      preflight: false,
      app: StudioApp.kernelGateway({ kernelName: 'python3' }),
      appImageConfigNames: { KernelGateway: 'theirs' },
    });
  });
  await sageMaker.send(new UpdateDomainCommand({ DomainId, DefaultUserSettings: { KernelGatewayAppSettings: { CustomImages: [entry(3)] } } }));
  await domainInService(sageMaker, DomainId);
  const profile = { DomainId, UserProfileName: 'ann' };
  await sageMaker.send(new CreateUserProfileCommand({ ...profile, UserSettings: { KernelGatewayAppSettings: { CustomImages: [entry(4)] } } }));
  await settled(() => sageMaker.send(new DescribeUserProfileCommand(profile)));
  for (const [SpaceName, SpaceSettings] of [
    ['lab', { KernelGatewayAppSettings: { CustomImages: [entry(5)] } }],
    ['code', { JupyterLabAppSettings: { DefaultResourceSpec: { SageMakerImageArn: `${ARN}:image/torch`, SageMakerImageVersionArn: `${ARN}:image-version/torch/6` } } }],
  ] as const) {
    await sageMaker.send(new CreateSpaceCommand({ DomainId, SpaceName, SpaceSettings: SpaceSettings as object }));
    await settled(() => sageMaker.send(new DescribeSpaceCommand({ DomainId, SpaceName })));
  }
  const app = { DomainId, SpaceName: 'lab', AppType: 'JupyterLab', AppName: 'default' } as const;
  await sageMaker.send(new CreateAppCommand({ ...app, ResourceSpec: { SageMakerImageArn: `${ARN}:image/torch`, SageMakerImageVersionArn: `${ARN}:image-version/torch/7` } }));
  await settled(() => sageMaker.send(new DescribeAppCommand(app)));
  // Its list entry does not say what it runs.
  await sageMaker.send(new CreateAppCommand({ ...profile, AppType: 'JupyterServer', AppName: 'default' }));
  return DomainId;
}

scenario('a retention keeps the last versions and those in use, with exact permissions', async (cloud) => {
  await cloud.deploy(retained());
  await addVersions(cloud, 9, { 2: ['prod'], 9: ['ci-9'] });
  const domain = await useVersions(cloud);
  const since = new Date();

  await cloud.deploy(retained({ dryRun: true, expendableAliases: ['ci-*'] }));
  expect((await cloud.outputs('Images')).Report).toBe("dry run: would delete 8, 9; kept 1 (used by this app), 2 (alias 'prod'), "
    + `3 (domain '${domain}'), 4 (user profile 'ann' of domain '${domain}'), 5 (space 'lab' of domain '${domain}'), 6 (space 'code' of domain '${domain}'), `
    + `7 (app 'default' (JupyterLab) of space 'lab' of domain '${domain}'), 10 (the newest, one of the last 1)`);
  expect(await numbers(cloud)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(await granted(cloud, 'SageMakerImages')).not.toContainEqual(expect.stringMatching(/Delete|Update/));

  await cloud.deploy(retained({ expendableAliases: ['ci-*'] }));
  expect((await cloud.outputs('Images')).Deleted).toBe('8,9');
  expect(await numbers(cloud)).toEqual([1, 2, 3, 4, 5, 6, 7, 10]);
  const withoutNames = (permissions: string[]) => [...new Set(permissions.map((permission) =>
    permission.replace(/:(image-version\/torch|app|domain|space|user-profile)\/.*$/, ':$1/*')))].sort();
  const [has, needs] = [await granted(cloud, 'SageMakerImages'), await used(cloud, 'SageMakerImages', since)];
  expect(withoutNames(needs)).toEqual(withoutNames(has));

  // An entry without a number means the latest, which stays. Version 3 is free then.
  const latest = { KernelGatewayAppSettings: { CustomImages: [entry()] } };
  await cloud.sageMaker.send(new UpdateDomainCommand({ DomainId: domain, DefaultUserSettings: latest }));
  await domainInService(cloud.sageMaker, domain);
  expect(await cloud.deploy(retained({ expendableAliases: ['ci-*'] }))).toContain('no changes');
  await cloud.deploy(retained({ expendableAliases: ['ci-*'], refresh: '2' }));
  expect(await numbers(cloud)).toEqual([1, 2, 4, 5, 6, 7, 10]);

  await cloud.deploy(retained());
  expect(await numbers(cloud)).toEqual([1, 2, 4, 5, 6, 7, 10]);
});

scenario('a deletion that SageMaker refuses does not fail the deployment', async (cloud) => {
  await cloud.deploy(retained({}));
  await addVersions(cloud, 3);
  await cloud.fault('error', { service: 'sagemaker', operation: 'DeleteImageVersion', code: 'ValidationException', message: 'detach it first' });
  await cloud.deploy(retained({ refresh: '1' }));
  expect(await cloud.outputs('Images')).toEqual({
    Report: 'deleted 3; not changed: 2 (ValidationException: detach it first); kept 1 (used by this app), 4 (the newest, one of the last 1)', Deleted: '3',
  });
});

scenario('nothing is deleted if reading is denied', async (cloud) => {
  await cloud.deploy(retained({}));
  await addVersions(cloud, 2);
  await theirDomain(cloud);
  // A new permission may need as long to take effect.
  await cloud.set({ custom_resource_timeout_seconds: 150 });
  await cloud.fault('error', {
    service: 'sagemaker', operation: 'DescribeDomain', principal: '*SageMakerImages*', times: 1_000, code: 'AccessDeniedException', message: 'by a boundary',
  });
  await cloud.deploy(retained({ refresh: '1' }));
  expect((await cloud.outputs('Images')).Report).toMatch(/^nothing was deleted: DescribeDomain failed \(AccessDeniedException: by a boundary\); kept/);
  expect(await numbers(cloud)).toEqual([1, 2, 3]);
});

scenario('the deployment fails on request if something cannot be read', async (cloud) => {
  await cloud.deploy(retained({}));
  await addVersions(cloud, 2);
  await theirDomain(cloud);
  await cloud.fault('error', { service: 'sagemaker', operation: 'ListSpaces', principal: '*SageMakerImages*', times: 2, code: 'ValidationException' });
  expect(await cloud.failToDeploy(retained({ failIfUnreadable: true }))).toContain("deleting unused versions of image 'torch' failed: nothing was deleted: ");
  expect(await cloud.stackStatus('Images')).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await numbers(cloud)).toEqual([1, 2, 3]);
});

/** An image that is attached to a domain and keeps its last version. */
function released(domain: string, tag: string, more: (stack: Stack) => void = () => undefined): AppBuilder {
  return (app) => {
    const stack = new Stack(app, 'Ours', { env: ENVIRONMENT });
    new StudioImage(stack, 'Image', {
      imageName: 'ours', baseImage: torch(stack, tag), app: StudioApp.jupyterLab(), attachTo: [StudioTarget.existingDomain(domain)], keepVersions: 1,
    });
    more(stack);
  };
}

scenario('a rollback after the retention has run finds the version that it needs', async (cloud) => {
  const domain = await theirDomain(cloud);
  const state = async () => [await entriesOf(cloud, domain), await numbers(cloud, 'ours')];
  await cloud.deploy(attached('Ours', [domain], 'a'));
  // Both times, the retention has run when another resource fails: when it is new, and when it is not.
  expect(await cloud.failToDeploy(released(domain, 'b', failing))).toContain('Broken');
  expect([await cloud.stackStatus('Ours'), await state()]).toEqual(['UPDATE_ROLLBACK_COMPLETE', [['ours:1'], [1]]]);
  await cloud.deploy(released(domain, 'a'));
  expect(await cloud.failToDeploy(released(domain, 'b', failing))).toContain('Broken');
  expect([await cloud.stackStatus('Ours'), await state()]).toEqual(['UPDATE_ROLLBACK_COMPLETE', [['ours:1'], [1]]]);

  await cloud.deploy(released(domain, 'b'));
  expect(await state()).toEqual([['ours:4'], [1, 4]]);
  await cloud.deploy(released(domain, 'a'));
  expect(await state()).toEqual([['ours:5'], [4, 5]]);
  await cloud.destroy(released(domain, 'a'));
  expect(await cloud.images()).toEqual([]);
});

scenario('retirement marks unused versions', async (cloud) => {
  await cloud.deploy(retained({}));
  await addVersions(cloud, 3, { 2: ['prod'] });
  await cloud.deploy(retained({ keepVersions: undefined, toBeArchived: { versions: 1 } }));
  expect((await cloud.outputs('Images')).Report).toMatch(/^nothing was deleted; marked 3 as TO_BE_ARCHIVED; kept 1 /);
  expect(await numbers(cloud)).toEqual([1, 2, 3, 4]);
});
