import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { CreateSpaceCommand, CreateUserProfileCommand, DescribeSpaceCommand, DescribeUserProfileCommand } from '@aws-sdk/client-sagemaker';
import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { StudioApp, StudioImage, StudioTarget, StudioTargetOptions } from 'cdk-sagemaker-images';
import { torch } from './apps';
import { AppBuilder, Cloud } from './cloud';
import { createDomain, createExecutionRole, domainInService, EXECUTION_ROLE, settled } from './domains';
import { ENVIRONMENT } from './environment';
import { granted, used } from './permissions';
import { scenarios } from './scenario';
import { Cdk } from '../../emulator/cdk';
import { BuilderEnvironment, findBuilder, podmanEnvironment } from '../../emulator/podman';
import { EXAMPLES } from '../../scripts/examples/synth';

const ROOT = join(__dirname, '..', '..');

const scenario = scenarios({
  // Each attachment waits for some seconds to detect other writers.
  settings: { enforce_iam: true, answer_seconds: 240 },
  prepare: async (cloud) => {
    await cloud.pushImages('torch', 'a', 'b');
    await createExecutionRole(cloud);
  },
});

/** Returns the settings of a domain, and of its user profile `jo` and its space `team`. */
async function settingsOf({ sageMaker }: Cloud, DomainId: string) {
  const { DefaultUserSettings, DefaultSpaceSettings } = await domainInService(sageMaker, DomainId);
  const { UserSettings } = await settled(() => sageMaker.send(new DescribeUserProfileCommand({ DomainId, UserProfileName: 'jo' })));
  const { SpaceSettings } = await settled(() => sageMaker.send(new DescribeSpaceCommand({ DomainId, SpaceName: 'team' })));
  return structuredClone({ DefaultUserSettings, DefaultSpaceSettings, UserSettings, SpaceSettings });
}

/** Returns the entries of all settings and apps, as `<settings> <app> <image>:<number>`. */
function entries(all: Record<string, any>): string[] {
  return Object.entries(all).flatMap(([settings, apps]) => Object.entries<any>(apps ?? {}).flatMap(([app, { CustomImages = [] }]) =>
    CustomImages.map(({ ImageName, ImageVersionNumber }: any) => `${settings} ${app} ${ImageName}:${ImageVersionNumber}`))).sort();
}

type TargetOfDomain = (domainId: string, options: StudioTargetOptions) => StudioTarget;

/** Existing targets by the name of their settings. */
const TARGETS: Record<string, TargetOfDomain> = {
  DefaultUserSettings: (id, options) => StudioTarget.existingDomain(id, options),
  DefaultSpaceSettings: (id, options) => StudioTarget.existingDomainSharedSpaces(id, options),
  UserSettings: (id, options) => StudioTarget.existingUserProfile(id, 'jo', options),
  SpaceSettings: (id, options) => StudioTarget.existingSpace(id, 'team', options),
};

/** An image that is attached as a kernel to several targets. */
function kernel(tag: string, domainId: string, targets: string[]): AppBuilder {
  return (app) => {
    const stack = new Stack(app, 'Images', { env: ENVIRONMENT });
    const executionRole = iam.Role.fromRoleArn(stack, 'Execution', EXECUTION_ROLE);
    new StudioImage(stack, 'Torch', {
      imageName: 'torch',
      baseImage: torch(stack, tag),
      app: StudioApp.kernelGateway({ kernelName: 'python3' }),
      attachTo: targets.map((target) => TARGETS[target](domainId, { executionRole })),
    });
  };
}

// The role of the function has exactly the permissions that the function uses, and may list apps.
for (const targets of [['DefaultSpaceSettings', 'DefaultUserSettings'], ['SpaceSettings', 'UserSettings']]) {
  scenario(`an image is attached to existing ${targets.join(' and ')}, updated to its next version and detached`, async (cloud) => {
    const since = new Date();
    const domain = await createDomain(cloud);
    await cloud.sageMaker.send(new CreateUserProfileCommand({ DomainId: domain, UserProfileName: 'jo', UserSettings: { ExecutionRole: EXECUTION_ROLE, SecurityGroups: ['sg-2'] } }));
    await cloud.sageMaker.send(new CreateSpaceCommand({ DomainId: domain, SpaceName: 'team' }));
    const before = await settingsOf(cloud, domain);
    const eachEntry = (number: number) => targets.map((settings) => `${settings} KernelGatewayAppSettings torch:${number}`);

    await cloud.deploy(kernel('a', domain, targets));
    expect(entries(await settingsOf(cloud, domain))).toEqual(eachEntry(1));
    await cloud.deploy(kernel('b', domain, targets));
    expect(entries(await settingsOf(cloud, domain))).toEqual(eachEntry(2));
    expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED', 'torch 2 CREATED']);
    const permissions = await granted(cloud, 'SageMakerImages');
    await cloud.destroy(kernel('b', domain, targets));
    // The policy of the repository matters only if those of the role do not grant the pull, and apps are listed only after a refusal.
    expect(await used(cloud, 'SageMakerImages', since)).toEqual(permissions.filter((permission) => !/^(ecr:GetRepositoryPolicy|sagemaker:ListApps) /.test(permission)));
    expect(withoutEmptyLists(await settingsOf(cloud, domain))).toEqual(withoutEmptyLists(before));
    expect(await cloud.images()).toEqual([]);
  });
}

/** Removes empty lists. An empty list is equivalent to no list, which the service cannot restore. */
function withoutEmptyLists(all: Record<string, any>): Record<string, any> {
  return Object.fromEntries(Object.entries(all).map(([settings, apps]) => [settings, Object.fromEntries(
    Object.entries<any>(apps ?? {}).filter(([, app]) => JSON.stringify(app) !== '{"CustomImages":[]}'))]));
}

const builderOfMachine = findBuilder();

if (builderOfMachine.name) {
  describe('examples/studio', () => {
    let folder: string;
    let builder: BuilderEnvironment | undefined;

    beforeAll(() => {
      // In the repository, where the app can resolve its packages.
      mkdirSync(join(ROOT, '.build'), { recursive: true });
      folder = mkdtempSync(join(ROOT, '.build', 'studio-'));
      cpSync(join(EXAMPLES, 'studio'), folder, { recursive: true });
      const paths = { 'cdk-sagemaker-images': [join(ROOT, 'src', 'index.ts')] };
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: join(ROOT, 'test', 'tsconfig.json'), compilerOptions: { paths } }));
    });

    afterAll(() => {
      builder?.dispose();
      rmSync(folder, { recursive: true, force: true });
    });

    // The base image of the example is not available offline. The app itself is unchanged.
    const writeDockerfile = (release: string) =>
      writeFileSync(join(folder, 'torch', 'Dockerfile'), `FROM scratch\nCOPY Dockerfile /Dockerfile\nLABEL release="${release}"\n`);

    scenario('the CDK CLI deploys, updates and destroys it', async (cloud) => {
      builder = podmanEnvironment(cloud.aws);
      Object.assign(process.env, builder!.env);
      const DomainId = await createDomain(cloud);
      const context = ['-c', `domainId=${DomainId}`, '-c', `executionRole=${EXECUTION_ROLE}`];
      const cdk = new Cdk(cloud.aws, folder);
      const numbers = async () => {
        const { DefaultUserSettings: settings } = await domainInService(cloud.sageMaker, DomainId);
        return (settings?.JupyterLabAppSettings?.CustomImages ?? []).map(({ ImageVersionNumber }) => ImageVersionNumber);
      };
      try {
        for (const [index, release] of ['one', 'two'].entries()) {
          writeDockerfile(release);
          const { ok, output } = await cdk.deploy(...context);
          expect({ ok, output }).toEqual({ ok: true, output });
          expect(output).not.toContain('cdk-sagemaker-images:');
          expect(await numbers()).toEqual([index + 1]);
        }
        expect((await cloud.versions()).map(({ version, status }) => `${version} ${status}`)).toEqual(['1 CREATED', '2 CREATED']);
        expect(await cdk.destroy(...context)).toMatchObject({ ok: true });
        expect(await numbers()).toEqual([]);
        expect(await cloud.images()).toEqual([]);
      } finally {
        cdk.dispose();
      }
    });
  });
} else {
  process.stderr.write(`SKIPPED: the deploy test of examples/studio, because ${builderOfMachine.reason}\n`);
  test.skip('the CDK CLI deploys, updates and destroys examples/studio', () => undefined);

}
