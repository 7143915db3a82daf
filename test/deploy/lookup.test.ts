import { UpdateImageVersionCommand } from '@aws-sdk/client-sagemaker';
import { CfnOutput, Stack } from 'aws-cdk-lib';
import { AppImageConfig, Image, ImageVersionLookup, ImageVersionSelector, StudioApp, StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { torchApp } from './apps';
import { attachmentScenarios, entriesOf, theirDomain, updateCalls } from './attachments';
import { AppBuilder } from './cloud';
import { ENVIRONMENT } from './environment';
import { granted, used } from './permissions';

const scenario = attachmentScenarios();

const ARN = `arn:aws:sagemaker:${ENVIRONMENT.region}:${ENVIRONMENT.account}`;

/** Looks up three versions of an image of another app, and attaches the one with the alias to a domain. */
function lookups(domain: string, refresh: string, alias = 'stable'): AppBuilder {
  return (app) => {
    const stack = new Stack(app, 'Ours', { env: ENVIRONMENT });
    const image = Image.fromImageName(stack, 'Torch', 'torch');
    const lookUp = (output: string, version?: ImageVersionSelector) => {
      const found = new ImageVersionLookup(stack, `LookUp${output}`, { image, version, refresh });
      new CfnOutput(stack, output, { value: `${found.versionAsString} ${found.imageVersionArn} ${found.imageArn} ${found.containerImage}` });
      return found;
    };
    lookUp('Number', ImageVersionSelector.number(2));
    lookUp('Latest');
    new StudioAttachment(stack, 'Attachment', {
      imageVersion: lookUp('Alias', ImageVersionSelector.alias(alias)),
      appImageConfig: new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab() }),
      target: StudioTarget.existingDomain(domain),
    });
  };
}

/** Replaces the numbers of versions with `*`, as in the permission for a version that is unknown before the deployment. */
function withoutNumbers(permissions: string[]): string[] {
  return [...new Set(permissions.map((permission) => permission.replace(/(:image-version\/torch\/)\d+$/, '$1*')))].sort();
}

scenario('the version with the highest alias in a range is looked up, and a new one after a refresh', async (cloud) => {
  await cloud.deploy(torchApp({ A: { tag: 'a', aliases: ['2.4.0', '2'] }, B: { tag: 'b', aliases: ['2.10.0-rc.1', '3.0.0'] } }));
  const inRange = (range: string, refresh: string): AppBuilder => (app) => {
    const stack = new Stack(app, 'Ours', { env: ENVIRONMENT });
    const found = new ImageVersionLookup(stack, 'LookUp', {
      image: Image.fromImageName(stack, 'Torch', 'torch'), version: ImageVersionSelector.aliasRange(range), refresh,
    });
    new CfnOutput(stack, 'Version', { value: found.versionAsString });
  };
  await cloud.deploy(inRange('^2.4', '1'));
  expect(await cloud.outputs('Ours')).toEqual({ Version: '1' });
  await cloud.sageMaker.send(new UpdateImageVersionCommand({ ImageName: 'torch', Version: 2, AliasesToAdd: ['2.10.0'] }));
  await cloud.deploy(inRange('^2.4', '2'));
  expect(await cloud.outputs('Ours')).toEqual({ Version: '2' });
  expect(await cloud.failToDeploy(inRange('^4', '2')))
    .toMatch(/the highest alias in '\^4' of image 'torch' failed: no alias is in this range; the image has the aliases 3\.0\.0, 2\.10\.0, 2\.10\.0-rc\.1, 2\.4\.0; nothing was changed/);
  expect(await cloud.outputs('Ours')).toEqual({ Version: '2' });
});

scenario('a version is looked up by alias, by number or as the latest, and again only when refresh changes', async (cloud) => {
  await cloud.deploy(torchApp({ A: { tag: 'a', alias: 'stable' }, B: { tag: 'b', alias: 'next' } }));
  const domain = await theirDomain(cloud);
  const [first, second] = (await cloud.versions()).map(({ version, containerImage }) =>
    `${version} ${ARN}:image-version/torch/${version} ${ARN}:image/torch ${containerImage}`);
  const since = new Date();

  await cloud.deploy(lookups(domain, 'release-1'));
  expect(await cloud.outputs('Ours')).toEqual({ Alias: first, Number: second, Latest: second });
  expect(await entriesOf(cloud, domain)).toEqual(['torch:1']);

  await cloud.sageMaker.send(new UpdateImageVersionCommand({ ImageName: 'torch', Version: 1, AliasesToDelete: ['stable'] }));
  await cloud.sageMaker.send(new UpdateImageVersionCommand({ ImageName: 'torch', Version: 2, AliasesToAdd: ['stable'] }));
  const calls = await updateCalls(cloud);
  expect(await cloud.deploy(lookups(domain, 'release-1'))).toContain('no changes');
  expect(await updateCalls(cloud)).toEqual(calls);
  expect(await cloud.outputs('Ours')).toEqual({ Alias: first, Number: second, Latest: second });
  expect(await entriesOf(cloud, domain)).toEqual(['torch:1']);

  await cloud.deploy(lookups(domain, 'release-2'));
  expect(await cloud.outputs('Ours')).toEqual({ Alias: second, Number: second, Latest: second });
  expect(await entriesOf(cloud, domain)).toEqual(['torch:2']);

  expect(await cloud.failToDeploy(lookups(domain, 'release-2', 'gone')))
    .toMatch(/looking up the version with alias 'gone' of image 'torch' failed: .*; the image has versions 2, 1 and aliases next, stable; nothing was changed/);
  expect(await cloud.stackStatus('Ours')).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await cloud.outputs('Ours')).toEqual({ Alias: second, Number: second, Latest: second });
  expect(await entriesOf(cloud, domain)).toEqual(['torch:2']);

  const permissions = await granted(cloud, 'SageMakerImages');
  expect(permissions.filter((permission) => /image/.test(permission))).toEqual([
    `sagemaker:DescribeImageVersion ${ARN}:image-version/torch/*`,
    `sagemaker:DescribeImageVersion ${ARN}:image-version/torch/2`,
    `sagemaker:ListAliases ${ARN}:image-version/torch/*`,
    `sagemaker:ListAliases ${ARN}:image/torch`,
    `sagemaker:ListImageVersions ${ARN}:image/torch`,
  ]);
  await cloud.destroy(lookups(domain, 'release-2'));
  // Apps are listed only after SageMaker refused an update of the domain.
  const expected = permissions.filter((permission) => permission !== 'sagemaker:ListApps *');
  expect(withoutNumbers(await used(cloud, 'SageMakerImages', since))).toEqual(withoutNumbers(expected));
  expect(await entriesOf(cloud, domain)).toEqual([]);
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED', 'torch 2 CREATED next,stable']);
});
