import { ContinueUpdateRollbackCommand } from '@aws-sdk/client-cloudformation';
import { DeleteImageVersionCommand } from '@aws-sdk/client-sagemaker';
import { Stack } from 'aws-cdk-lib';
import { BaseImage, BaseImageConfig, Image } from 'cdk-sagemaker-images';
import { torch, torchApp } from './apps';
import { AppBuilder } from './cloud';
import { scenarios } from './scenario';

// What SageMaker does with an alias that another version holds is not documented: everything here holds under both
// answers, and docs/unverified.md and the warning of the synth say what happens under each.

const scenario = scenarios({ prepare: (cloud) => cloud.pushImages('torch', 'a', 'b') });

/** A version with a fixed alias whose container image comes from a build, as it does for a Dockerfile. */
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

scenario('a fixed alias on a rebuilt image: where SageMaker refuses a taken alias, the deployment is rolled back and nothing is lost', async (cloud) => {
  await cloud.set({ taken_alias: 'refuse' });
  expect(await cloud.deploy(rebuilt('a'))).toContain('SageMaker may refuse that, and the deployment is then rolled back');
  const before = await cloud.versions();
  expect(await cloud.failToDeploy(rebuilt('b'))).toContain('Alias stable is already an alias of version 1');
  expect(await cloud.stackStatus('Images')).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await cloud.versions()).toEqual(before);
});

scenario('a fixed alias on a rebuilt image: where SageMaker moves a taken alias, the old version loses it and stays', async (cloud) => {
  await cloud.set({ taken_alias: 'move' });
  await cloud.deploy(rebuilt('a'));
  await cloud.deploy(rebuilt('b'));
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED', 'torch 2 CREATED stable']);
});

for (const answer of ['refuse', 'move']) {
  scenario(`an alias goes from an earlier to a later version in one deployment, where SageMaker would ${answer} a taken one`, async (cloud) => {
    await cloud.set({ taken_alias: answer });
    await cloud.deploy(torchApp({ A: { tag: 'a', aliases: ['stable'] }, B: { tag: 'b', aliases: [] } }));
    await cloud.deploy(torchApp({ A: { tag: 'a', aliases: [] }, B: { tag: 'b', aliases: ['stable'] } }));
    expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED', 'torch 2 CREATED stable']);
  });
}

scenario('an alias that goes back to an earlier version is refused and stays, or moves', async (cloud) => {
  const before = torchApp({ A: { tag: 'a', aliases: [] }, B: { tag: 'b', aliases: ['stable'] } });
  const after = torchApp({ A: { tag: 'a', aliases: ['stable'] }, B: { tag: 'b', aliases: [] } });
  await cloud.deploy(before);
  expect(await cloud.failToDeploy(after)).toContain('Alias stable is already an alias of version 2');
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED', 'torch 2 CREATED stable']);

  await cloud.set({ taken_alias: 'move' });
  await cloud.deploy(after);
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED stable', 'torch 2 CREATED']);
});

// CloudFormation gives the alias back before it deletes the new version, which has it until then.
for (const answer of ['refuse', 'move']) {
  scenario(`an alias that goes to a new version which fails comes back, at once or when that version is deleted by hand (${answer})`, async (cloud) => {
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
