import { ContinueUpdateRollbackCommand } from '@aws-sdk/client-cloudformation';
import { DeleteImageVersionCommand } from '@aws-sdk/client-sagemaker';
import { Stack } from 'aws-cdk-lib';
import { BaseImage, BaseImageConfig, Image } from 'cdk-sagemaker-images';
import { torch, torchApp } from './apps';
import { AppBuilder } from './cloud';
import { scenarios } from './scenario';

// AWS does not document whether SageMaker refuses or moves an alias that another version has. These tests cover both.
// docs/unverified.md and the warning at synth describe the effects.

const scenario = scenarios({ prepare: (cloud) => cloud.pushImages('torch', 'a', 'b') });

/** A version with a fixed alias, whose container image comes from a build, as for a Dockerfile. */
function rebuilt(tag: string): AppBuilder {
  class Build extends BaseImage {
    public bind(scope: Stack): BaseImageConfig {
      return { ...torch(Stack.of(scope), tag).bind(scope), builtFromSource: true };
    }
  }
  return (app) => {
    const image = new Image(new Stack(app, 'Images'), 'Torch', { imageName: 'torch' });
    image.addVersion('Release', { baseImage: new Build(), alias: 'stable' });
  };
}

scenario('the deployment of a rebuilt image with a fixed alias is rolled back without loss if SageMaker refuses a taken alias', async (cloud) => {
  await cloud.set({ taken_alias: 'refuse' });
  expect(await cloud.deploy(rebuilt('a'))).toContain('SageMaker may refuse that, and the deployment is then rolled back');
  const before = await cloud.versions();
  expect(await cloud.failToDeploy(rebuilt('b'))).toContain('Alias stable is already an alias of version 1');
  expect(await cloud.stackStatus('Images')).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await cloud.versions()).toEqual(before);
});

scenario('the deployment of a rebuilt image with a fixed alias keeps the former version without the alias if SageMaker moves a taken alias', async (cloud) => {
  await cloud.set({ taken_alias: 'move' });
  await cloud.deploy(rebuilt('a'));
  await cloud.deploy(rebuilt('b'));
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED', 'torch 2 CREATED stable']);
});

for (const answer of ['refuse', 'move']) {
  scenario(`an alias moves from an earlier to a later version in one deployment if 'taken_alias' is '${answer}'`, async (cloud) => {
    await cloud.set({ taken_alias: answer });
    await cloud.deploy(torchApp({ A: { tag: 'a', aliases: ['stable'] }, B: { tag: 'b', aliases: [] } }));
    await cloud.deploy(torchApp({ A: { tag: 'a', aliases: [] }, B: { tag: 'b', aliases: ['stable'] } }));
    expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED', 'torch 2 CREATED stable']);
  });
}

scenario('an alias can move back to an earlier version only if SageMaker moves a taken alias', async (cloud) => {
  const before = torchApp({ A: { tag: 'a', aliases: [] }, B: { tag: 'b', aliases: ['stable'] } });
  const after = torchApp({ A: { tag: 'a', aliases: ['stable'] }, B: { tag: 'b', aliases: [] } });
  await cloud.deploy(before);
  expect(await cloud.failToDeploy(after)).toContain('Alias stable is already an alias of version 2');
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED', 'torch 2 CREATED stable']);

  await cloud.set({ taken_alias: 'move' });
  await cloud.deploy(after);
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED stable', 'torch 2 CREATED']);
});

// In the rollback, CloudFormation restores the alias before it deletes the new version, which has the alias until then.
for (const answer of ['refuse', 'move']) {
  scenario(`an alias of a new version that fails returns ${answer === 'move' ? 'in the rollback' : 'after that version is deleted by hand'} if 'taken_alias' is '${answer}'`, async (cloud) => {
    await cloud.set({ taken_alias: answer });
    await cloud.deploy(torchApp({ A: { tag: 'a', aliases: ['stable'] } }));
    await cloud.fault('version', { image: 'torch', reason: 'whatever' });
    await cloud.failToDeploy(torchApp({ A: { tag: 'a', aliases: [] }, B: { tag: 'b', aliases: ['stable'] } }));
    if (answer === 'refuse') {
      expect(await cloud.stackStatus('Images')).toBe('UPDATE_ROLLBACK_FAILED');
      expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED', 'torch 2 CREATE_FAILED stable']);
      await cloud.sageMaker.send(new DeleteImageVersionCommand({ ImageName: 'torch', Version: 2 }));
      await cloud.untilGone('torch', 2);
      await cloud.cloudFormation.send(new ContinueUpdateRollbackCommand({ StackName: 'Images' }));
    }
    expect(await cloud.stackStatus('Images')).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED stable']);
  });
}
