import { ContinueUpdateRollbackCommand } from '@aws-sdk/client-cloudformation';
import { UpdateImageVersionCommand } from '@aws-sdk/client-sagemaker';
import { App, aws_sagemaker as sagemaker, CfnOutput, Stack } from 'aws-cdk-lib';
import {
  AppImageConfig, Image, ImageAlias, ImageVersion, ImageVersionLookup, ImageVersionSelector, StudioApp, StudioAttachment, StudioTarget,
} from 'cdk-sagemaker-images';
import { torch, torchApp } from './apps';
import { attachmentScenarios, entriesOf, theirDomain } from './attachments';
import { AppBuilder, Cloud } from './cloud';
import { EXECUTION_ROLE } from './domains';
import { ENVIRONMENT, ignore } from './environment';
import { granted, used } from './permissions';

const scenario = attachmentScenarios();

const ARN = `arn:aws:sagemaker:${ENVIRONMENT.region}:${ENVIRONMENT.account}`;
const ANSWERS = ['refuse', 'move'];

/** Pushes one more container image, if no scenario did. */
const pushThird = (cloud: Cloud) => cloud.pushImages('torch', 'c').catch(ignore('ImageAlreadyExistsException'));

/** Attaches a version to a domain. */
function attach(stack: Stack, imageVersion: ImageAlias, target: StudioTarget): StudioAttachment {
  return new StudioAttachment(stack, 'Attachment', { imageVersion, appImageConfig: new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab() }), target });
}

/** Adds a resource that makes the deployment of a stack fail after everything else. */
function fail(stack: Stack, ...after: Stack['node']['children']): void {
  new sagemaker.CfnImageVersion(stack, 'Broken', { imageName: 'no-such-image', baseImage: 'x' }).node.addDependency(...after);
}

/** An app that owns three versions, of which `staging` is one and `prod` another, or follows it. A domain offers `prod`. */
function owned(domain: string, { staging, prod, fails = false }: { staging: 0 | 1 | 2; prod: 0 | 1 | 2 | 'staging'; fails?: boolean }): AppBuilder {
  return (app) => {
    const stack = new Stack(app, 'Ours', { env: ENVIRONMENT });
    const image = new Image(stack, 'Torch', { imageName: 'torch' });
    const versions = ['a', 'b', 'c'].map((tag) => image.addVersion(tag, { baseImage: torch(stack, tag) }));
    const first = new ImageAlias(stack, 'Staging', { image, alias: 'staging', version: versions[staging] });
    const second = new ImageAlias(stack, 'Prod', { image, alias: 'prod', version: prod === 'staging' ? first : versions[prod] });
    const attachment = attach(stack, second, StudioTarget.existingDomain(domain));
    const found = new ImageVersionLookup(stack, 'LookUp', { image, version: ImageVersionSelector.alias('prod'), refresh: `${staging} ${prod}` });
    new CfnOutput(stack, 'Report', { value: second.report });
    new CfnOutput(stack, 'Found', { value: found.versionAsString });
    if (fails) {
      fail(stack, attachment);
    }
  };
}

/** An app that keeps `prod` on a version of another app. */
function imported(version: number, { alias = 'prod', fails = false } = {}): AppBuilder {
  return (app) => {
    const stack = new Stack(app, 'Labels', { env: ENVIRONMENT });
    const image = Image.fromImageName(stack, 'Torch', 'torch');
    const prod = new ImageAlias(stack, 'Prod', { image, alias, version: ImageVersion.fromImageVersionAttributes(stack, 'V', { image, version }) });
    new CfnOutput(stack, 'Report', { value: `${prod.report}; ${prod.imageVersionArn} ${prod.imageArn} ${prod.containerImage}` });
    if (fails) {
      fail(stack, prod);
    }
  };
}

const theirs = torchApp({ A: { tag: 'a' }, B: { tag: 'b' }, C: { tag: 'c' } });
const byHand = async (cloud: Cloud, from: number | undefined, to: number) => {
  if (from !== undefined) {
    await cloud.sageMaker.send(new UpdateImageVersionCommand({ ImageName: 'torch', Version: from, AliasesToDelete: ['prod'] }));
  }
  await cloud.sageMaker.send(new UpdateImageVersionCommand({ ImageName: 'torch', Version: to, AliasesToAdd: ['prod'] }));
};

/** The aliases of the three versions. */
const aliases = async (cloud: Cloud) => (await cloud.versions()).map((version) => version.aliases.join());

describe.each(ANSWERS)("if 'taken_alias' is '%s'", (taken_alias) => {
  scenario(`a version is promoted and rolled back, one alias follows another, and the domain follows both ('${taken_alias}')`, async (cloud) => {
    await pushThird(cloud);
    await cloud.set({ taken_alias });
    const domain = await theirDomain(cloud);
    const deployed = async (app: Parameters<typeof owned>[1]) => {
      await cloud.deploy(owned(domain, app));
      const { Found, Report } = await cloud.outputs('Ours');
      return [...await aliases(cloud), ...await entriesOf(cloud, domain), Found, Report];
    };
    expect(await deployed({ staging: 0, prod: 0 })).toEqual(['prod,staging', '', '', 'torch:1', '1', 'on version 1']);
    expect(await deployed({ staging: 1, prod: 0 })).toEqual(['prod', 'staging', '', 'torch:1', '1', 'on version 1']);
    expect(await deployed({ staging: 2, prod: 1 })).toEqual(['', 'prod', 'staging', 'torch:2', '2', 'on version 2, moved from version 1']);
    expect(await deployed({ staging: 2, prod: 0 })).toEqual(['prod', '', 'staging', 'torch:1', '1', 'on version 1, moved from version 2']);
    expect(await deployed({ staging: 2, prod: 'staging' })).toEqual(['', '', 'prod,staging', 'torch:3', '3', 'on version 3, moved from version 1']);
    expect(await deployed({ staging: 1, prod: 'staging' })).toEqual(['', 'prod,staging', '', 'torch:2', '2', 'on version 2, moved from version 3']);

    expect(await cloud.failToDeploy(owned(domain, { staging: 0, prod: 2, fails: true }))).toContain('no-such-image');
    expect(await cloud.stackStatus('Ours')).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect([...await aliases(cloud), ...await entriesOf(cloud, domain)]).toEqual(['', 'prod,staging', '', 'torch:2']);

    await byHand(cloud, 2, 1);
    expect(await deployed({ staging: 1, prod: 2 }))
      .toEqual(['', 'staging', 'prod', 'torch:3', '3', 'on version 3, moved from version 1, where somebody else had put it (it was expected on version 2)']);
    await cloud.destroy(owned(domain, { staging: 1, prod: 2 }));
    expect([await cloud.images(), await entriesOf(cloud, domain)]).toEqual([[], []]);
  });

  scenario(`an existing alias is taken over, and returns if that is rolled back ('${taken_alias}')`, async (cloud) => {
    await pushThird(cloud);
    await cloud.set({ taken_alias });
    await cloud.deploy(theirs);
    await byHand(cloud, undefined, 1);
    await cloud.failToDeploy(imported(2, { fails: true }));
    expect(await aliases(cloud)).toEqual(['prod', '', '']);

    // Also if a process is killed after the alias has moved, and the next one finds it on its new version. The deletion makes the same calls again.
    const moved = taken_alias === 'refuse' ? 3 : 1;
    await cloud.fault('kill', { operation: 'UpdateImageVersion', principal: '*SageMakerImages*', nth: moved, when: 'after' });
    await cloud.failToDeploy(imported(2, { fails: true }));
    expect(await cloud.control('faults')).toMatchObject([{ kind: 'kill', seen: 2 * moved }]);
    expect(await aliases(cloud)).toEqual(['prod', '', '']);

    await cloud.deploy(imported(2));
    expect(await aliases(cloud)).toEqual(['', 'prod', '']);
    expect((await cloud.outputs('Labels')).Report).toBe('on version 2, moved from version 1; '
      + `${ARN}:image-version/torch/2 ${ARN}:image/torch ${(await cloud.versions())[1].containerImage}`);
    await cloud.failToDeploy(imported(3, { fails: true }));
    expect(await aliases(cloud)).toEqual(['', 'prod', '']);
    await cloud.failToDeploy(imported(2, { alias: 'live', fails: true }));
    expect(await aliases(cloud)).toEqual(['', 'prod', '']);

    // Another name removes the former one. It returns to the version that had it, because it was not promoted since.
    await cloud.deploy(imported(3, { alias: 'live' }));
    expect(await aliases(cloud)).toEqual(['prod', '', 'live']);
    await cloud.deploy(imported(1, { alias: 'live' }));
    expect(await aliases(cloud)).toEqual(['live,prod', '', '']);
    await cloud.destroy(imported(1, { alias: 'live' }));
    expect(await aliases(cloud)).toEqual(['prod', '', '']);
  });

  scenario(`the alias goes back if its new version cannot have it, and a process that ends in between changes nothing ('${taken_alias}')`, async (cloud) => {
    await pushThird(cloud);
    await cloud.set({ taken_alias });
    await cloud.deploy(theirs);
    await cloud.deploy(imported(1));
    expect(await cloud.failToDeploy(imported(9))).toContain("moving alias 'prod' of image 'torch' to version 9 failed: version 9 of image 'torch' does not exist; nothing was changed");
    expect(await aliases(cloud)).toEqual(['prod', '', '']);

    const calls = { operation: 'UpdateImageVersion', principal: '*SageMakerImages*' };
    if (taken_alias === 'refuse') {
      // The first call adds the alias, the second one takes it from its holder. All others add it.
      await cloud.fault('error', { ...calls, nth: 3, times: 4, code: 'ValidationException', message: 'not this one' });
      expect(await cloud.failToDeploy(imported(2))).toContain('ValidationException: not this one; the alias is on version 1 again');
      expect(await aliases(cloud)).toEqual(['prod', '', '']);
    }
    for (const nth of taken_alias === 'refuse' ? [1, 2, 3] : [1]) {
      for (const when of ['before', 'after']) {
        const version = (await aliases(cloud))[0] === 'prod' ? 2 : 1;
        await cloud.fault('kill', { ...calls, nth, when });
        await cloud.deploy(imported(version));
        expect((await aliases(cloud))[version - 1]).toBe('prod');
      }
    }
  });
});

scenario('an alias that somebody else moved stays when the app removes it', async (cloud) => {
  await pushThird(cloud);
  await cloud.deploy(theirs);
  await cloud.deploy(imported(1));
  await byHand(cloud, 1, 3);
  await cloud.destroy(imported(1));
  expect(await aliases(cloud)).toEqual(['', '', 'prod']);
});

scenario('the function has exactly the permissions that it uses', async (cloud) => {
  await pushThird(cloud);
  await cloud.deploy(theirs);
  const since = new Date();
  await cloud.deploy(imported(1));
  await cloud.deploy(imported(2));
  const permissions = await granted(cloud, 'SageMakerImages');
  expect(permissions.filter((permission) => /image/.test(permission) && /^sagemaker/.test(permission))).toEqual([
    `sagemaker:DescribeImageVersion ${ARN}:image-version/torch/*`,
    `sagemaker:UpdateImageVersion ${ARN}:image-version/torch/*`,
  ]);
  await cloud.destroy(imported(2));
  const withoutNumbers = (all: string[]) => [...new Set(all.map((one) => one.replace(/(:image-version\/torch\/)\d+$/, '$1*')))].sort();
  expect(withoutNumbers(await used(cloud, 'SageMakerImages', since))).toEqual(permissions);
  expect(await aliases(cloud)).toEqual(['', '', '']);
});

scenario('an alias follows a version of another stack, and an owned domain of a third stack follows the alias', async (cloud) => {
  const build = (tag: string): AppBuilder => (app: App) => {
    const images = new Stack(app, 'Images', { env: ENVIRONMENT });
    const image = new Image(images, 'Torch', { imageName: 'torch' });
    const version = image.addVersion('Release', { baseImage: torch(images, tag) });
    const prod = new ImageAlias(new Stack(app, 'Labels', { env: ENVIRONMENT }), 'Prod', { image, alias: 'prod', version });
    const studio = new Stack(app, 'Studio', { env: ENVIRONMENT });
    const domain = new sagemaker.CfnDomain(studio, 'Domain', {
      authMode: 'IAM', domainName: 'ours', vpcId: 'vpc-1', subnetIds: ['subnet-1'], defaultUserSettings: { executionRole: EXECUTION_ROLE },
    });
    attach(studio, prod, StudioTarget.domain(domain));
    new CfnOutput(studio, 'DomainId', { value: domain.attrDomainId });
  };
  await cloud.deploy(build('a'));
  const { DomainId } = await cloud.outputs('Studio');
  expect([await cloud.shortVersions(), await entriesOf(cloud, DomainId)]).toEqual([['torch 1 CREATED prod'], ['torch:1']]);
  await cloud.deploy(build('b'));
  expect([await cloud.shortVersions(), await entriesOf(cloud, DomainId)]).toEqual([['torch 1 CREATED', 'torch 2 CREATED prod'], ['torch:2']]);
  await cloud.destroy(build('b'));
  expect(await cloud.images()).toEqual([]);
});

scenario('a construct with another id keeps its alias, and a fixed alias becomes one that moves', async (cloud) => {
  const build = (aliased: boolean, id?: string, fails = false): AppBuilder => (app) => {
    const stack = new Stack(app, 'Images', { env: ENVIRONMENT });
    const image = new Image(stack, 'Torch', { imageName: 'torch' });
    const version = image.addVersion('A', { baseImage: torch(stack, 'a'), aliases: aliased ? ['prod'] : [] });
    const prod = id && new ImageAlias(stack, id, { image, alias: 'prod', version });
    if (fails) {
      fail(stack, prod || version);
    }
  };
  await cloud.deploy(build(true));
  await cloud.deploy(build(false, 'Prod'));
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED prod']);
  await cloud.deploy(build(false, 'Production'));
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED prod']);

  // The other way round, and if that is rolled back, the version keeps the alias that the template gives it.
  await cloud.deploy(build(true));
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED prod']);
  await cloud.failToDeploy(build(false, 'Prod', true));
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED prod']);

  // If the way back to a fixed alias is rolled back, CloudFormation itself takes the alias from the version, as docs/troubleshooting.md says.
  await cloud.deploy(build(false, 'Prod'));
  await cloud.failToDeploy(build(true, undefined, true));
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED']);
});

scenario('a fixed alias that becomes one of another version, and is refused in the rollback, returns as docs/troubleshooting.md says', async (cloud) => {
  const build = (moves: boolean): AppBuilder => (app) => {
    const stack = new Stack(app, 'Images', { env: ENVIRONMENT });
    const image = new Image(stack, 'Torch', { imageName: 'torch' });
    image.addVersion('A', { baseImage: torch(stack, 'a'), aliases: moves ? [] : ['prod'] });
    const version = image.addVersion('B', { baseImage: torch(stack, 'b') });
    if (moves) {
      fail(stack, new ImageAlias(stack, 'Prod', { image, alias: 'prod', version }));
    }
  };
  await cloud.set({ taken_alias: 'refuse' });
  await cloud.deploy(build(false));
  await cloud.failToDeploy(build(true));
  expect(await cloud.stackStatus('Images')).toBe('UPDATE_ROLLBACK_FAILED');
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED', 'torch 2 CREATED prod']);

  await cloud.sageMaker.send(new UpdateImageVersionCommand({ ImageName: 'torch', Version: 2, AliasesToDelete: ['prod'] }));
  await cloud.cloudFormation.send(new ContinueUpdateRollbackCommand({ StackName: 'Images' }));
  expect(await cloud.stackStatus('Images')).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED prod', 'torch 2 CREATED']);
});

scenario('an alias returns if each run of the creation is killed, so that CloudFormation gets no response', async (cloud) => {
  await pushThird(cloud);
  await cloud.set({ taken_alias: 'move', custom_resource_timeout_seconds: 35 });
  await cloud.deploy(theirs);
  await byHand(cloud, undefined, 1);
  // The first three calls are those of the resource before it, and of the run that moves the alias. Then each of the three runs is killed.
  await cloud.fault('kill', { operation: 'DescribeImageVersion', principal: '*SageMakerImages*', nth: 4, times: 3 });
  expect(await cloud.failToDeploy(imported(2))).toContain('CloudFormation did not receive a response');
  const calls = await cloud.control('faults') as { seen: number }[];
  expect(calls[0].seen).toBeGreaterThan(6);
  expect(await aliases(cloud)).toEqual(['prod', '', '']);
});
