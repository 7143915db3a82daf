import { CreateRepositoryCommand, ECRClient, PutImageCommand, SetRepositoryPolicyCommand } from '@aws-sdk/client-ecr';
import { App, aws_ecr as ecr, Stack } from 'aws-cdk-lib';
import { BaseImage, Image, ImageVersion } from 'cdk-sagemaker-images';
import { torch, torchApp } from './apps';
import { ENVIRONMENT } from './environment';
import { scenarios } from './scenario';
import { containerManifest } from '../../scripts/demo/container-images';

const scenario = scenarios({ prepare: (cloud) => cloud.pushImages('torch', 'a', 'b', 'c', 'd', 'e', 'f') });

/** An image with versions in its own stack, in a second stack, and in a third stack that imports it. */
function threeStacks(...tags: string[]): (app: App) => void {
  return (app) => {
    const stacks = ['First', 'Second', 'Third'].map((id) => new Stack(app, id, { env: ENVIRONMENT }));
    const image = new Image(stacks[0], 'Torch', { imageName: 'torch' });
    const imported = Image.fromImageName(stacks[2], 'Imported', 'torch');
    tags.forEach((tag, index) => {
      const stack = stacks[index % stacks.length];
      new ImageVersion(stack, tag.toUpperCase(), { image: stack === stacks[2] ? imported : image, baseImage: torch(stack, tag) });
    });
  };
}

scenario('versions of one image in three stacks, one of which imports the image, are created and destroyed without collisions', async (cloud) => {
  await cloud.deploy(threeStacks('a', 'b', 'c', 'd', 'e', 'f'));
  expect((await cloud.versions()).map(({ baseImage, status }) => `${baseImage.split(':')[1]} ${status}`)).toEqual(
    ['a CREATED', 'd CREATED', 'b CREATED', 'e CREATED', 'c CREATED', 'f CREATED']);

  await cloud.destroy(threeStacks('a', 'b', 'c', 'd', 'e', 'f'));
  expect(await cloud.stacks()).toEqual([]);
  expect(await cloud.images()).toEqual([]);
});

scenario('an app adds versions to an image of another app, imported by name and by ARN, and deletes only its own', async (cloud) => {
  await cloud.deploy(torchApp({ A: { tag: 'a' } }));
  const other = (app: App) => {
    const byName = new Stack(app, 'ByName', { env: ENVIRONMENT });
    const byArn = new Stack(app, 'ByArn', { env: ENVIRONMENT });
    const arn = `arn:aws:sagemaker:${ENVIRONMENT.region}:${ENVIRONMENT.account}:image/torch`;
    Image.fromImageName(byName, 'Torch', 'torch').addVersion('B', { baseImage: torch(byName, 'b') });
    Image.fromImageArn(byArn, 'Torch', arn).addVersion('C', { baseImage: torch(byArn, 'c') });
  };
  await cloud.deploy(other);
  expect((await cloud.versions()).map(({ baseImage }) => baseImage.split(':')[1])).toEqual(['a', 'b', 'c']);
  await cloud.destroy(other);
  expect((await cloud.versions()).map(({ baseImage }) => baseImage.split(':')[1])).toEqual(['a']);
});

scenario('a base image in another Region fails at synth', async (cloud) => {
  const reason = await cloud.failToDeploy((app) => {
    const stack = new Stack(app, 'Images', { env: ENVIRONMENT });
    const elsewhere = ecr.Repository.fromRepositoryArn(stack, 'Elsewhere', `arn:aws:ecr:eu-west-1:${ENVIRONMENT.account}:repository/torch`);
    new Image(stack, 'Torch').addVersion('A', { baseImage: BaseImage.fromEcrRepository(elsewhere, 'a') });
  });
  expect(reason).toContain(`Images/Torch/A: 1 problem
  baseImage is in eu-west-1 and the stack in us-east-1: SageMaker pulls in its own Region only, so replicate the repository there`);
  expect(await cloud.stacks()).toEqual([]);
});

const OWNER = '210987654321';

/** An image with a base image that another account owns. */
function appWithForeignBaseImage(app: App): void {
  const stack = new Stack(app, 'Images', { env: ENVIRONMENT });
  const theirs = ecr.Repository.fromRepositoryArn(stack, 'Theirs', `arn:aws:ecr:us-east-1:${OWNER}:repository/theirs`);
  new Image(stack, 'Torch', { imageName: 'torch' }).addVersion('A', { baseImage: BaseImage.fromEcrRepository(theirs, 'a') });
}

scenario('a base image in another account causes a warning with the permissions that its owner must grant, and works with them', async (cloud) => {
  const owner = cloud.client(ECRClient, { credentials: { accessKeyId: OWNER, secretAccessKey: 'offline' } });
  await owner.send(new CreateRepositoryCommand({ repositoryName: 'theirs' }));
  await owner.send(new PutImageCommand({ repositoryName: 'theirs', imageTag: 'a', imageManifest: containerManifest('a') }));

  const output = await cloud.failToDeploy(appWithForeignBaseImage);
  const actions = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
  expect(output).toContain(`account ${OWNER}, which owns the repository, must grant account ${ENVIRONMENT.account} `
    + `${actions.join(' and ')} on theirs in the policy of the repository`);
  expect(await cloud.images()).toEqual([]);

  await owner.send(new SetRepositoryPolicyCommand({
    repositoryName: 'theirs',
    policyText: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ENVIRONMENT.account}:root` }, Action: actions }],
    }),
  }));
  await cloud.deploy(appWithForeignBaseImage);
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED']);
});
