import { CfnOutput, Fn, Stack } from 'aws-cdk-lib';
import { Image, ImageVersionList, ImageVersionListProps, MlFramework, Processor, Refresh } from 'cdk-sagemaker-images';
import { torchApp, VersionByTag } from './apps';
import { AppBuilder } from './cloud';
import { ENVIRONMENT } from './environment';
import { granted, used } from './permissions';
import { scenarios } from './scenario';

const scenario = scenarios({ settings: { enforce_iam: true }, prepare: (cloud) => cloud.pushImages('torch', 'a', 'b', 'c') });

const ARN = `arn:aws:sagemaker:${ENVIRONMENT.region}:${ENVIRONMENT.account}`;

const VERSIONS: Record<string, VersionByTag> = {
  A: { tag: 'a', aliases: ['2.4.0', 'stable'], mlFramework: MlFramework.pytorch('2.4'), processor: Processor.CPU },
  B: { tag: 'b', alias: '2.4.1', mlFramework: MlFramework.pytorch('2.4'), processor: Processor.GPU },
};

/** Lists the versions of an image of another app. */
function lists(props: Partial<ImageVersionListProps>, outputs: (list: ImageVersionList) => Record<string, string>): AppBuilder {
  return (app) => {
    const stack = new Stack(app, 'Ours', { env: ENVIRONMENT });
    const list = new ImageVersionList(stack, 'List', { image: Image.fromImageName(stack, 'Torch', 'torch'), ...props });
    Object.entries(outputs(list)).forEach(([id, value]) => new CfnOutput(stack, id, { value }));
  };
}

const numbers = (list: ImageVersionList) => ({ Versions: Fn.join(' ', list.versions) });

scenario('the versions of an image are listed, newest first, and again when refresh changes', async (cloud) => {
  await cloud.deploy(torchApp(VERSIONS));
  const since = new Date();
  const all = (refresh: string) => lists({ refresh }, (list) => ({
    Arns: Fn.join(' ', list.imageVersionArns), Newest: Fn.select(0, list.versions), Aliases: Fn.join(' ', list.aliases), ContainerImages: Fn.join(' ', list.containerImages),
  }));
  await cloud.deploy(all('1'));
  const containerImages = (await cloud.versions()).map(({ containerImage }) => containerImage).reverse();
  const expected = {
    Arns: `${ARN}:image-version/torch/2 ${ARN}:image-version/torch/1`, Newest: '2', Aliases: '2.4.1 2.4.0,stable', ContainerImages: containerImages.join(' '),
  };
  expect(await cloud.outputs('Ours')).toEqual(expected);
  const permissions = await granted(cloud, 'SageMakerImages');
  expect(permissions.filter((permission) => permission.startsWith('sagemaker:'))).toEqual([
    `sagemaker:DescribeImageVersion ${ARN}:image-version/torch/*`,
    `sagemaker:ListAliases ${ARN}:image-version/torch/*`,
    `sagemaker:ListAliases ${ARN}:image/torch`,
    `sagemaker:ListImageVersions ${ARN}:image/torch`,
  ]);

  await cloud.deploy(torchApp({ ...VERSIONS, C: { tag: 'c' } }));
  expect(await cloud.deploy(all('1'))).toContain('no changes');
  expect(await cloud.outputs('Ours')).toEqual(expected);
  await cloud.deploy(all('2'));
  expect(await cloud.outputs('Ours')).toMatchObject({ Newest: '3', Aliases: ' 2.4.1 2.4.0,stable' });
  await cloud.destroy(all('2'));
  const usedPermissions = (await used(cloud, 'SageMakerImages', since)).map((one) => one.replace(/(:image-version\/torch\/)\d+$/, '$1*'));
  expect([...new Set(usedPermissions)].sort()).toEqual(permissions);
  expect(await cloud.shortVersions()).toHaveLength(3);
});

scenario('versions are filtered, and a list that is empty or too long fails with a remedy', async (cloud) => {
  await cloud.deploy(torchApp(VERSIONS));
  const gpu = lists({ processor: Processor.GPU, mlFramework: MlFramework.pytorch('2.4') }, numbers);
  await cloud.deploy(gpu);
  expect(await cloud.outputs('Ours')).toEqual({ Versions: '2' });
  expect(await cloud.failToDeploy(lists({ mlFramework: MlFramework.jax('0.4') }, numbers)))
    .toMatch(/none of the 2 versions has MLFramework 'JAX 0.4'; nothing was changed; change the filter, or accept an empty list with allowEmpty/);
  expect(await cloud.outputs('Ours')).toEqual({ Versions: '2' });
  await cloud.deploy(lists({ mlFramework: MlFramework.jax('0.4'), allowEmpty: true }, numbers));
  expect(await cloud.outputs('Ours')).toEqual({ Versions: '' });
});

scenario('a list that is refreshed in every deployment sees a version of another app', async (cloud) => {
  await cloud.deploy(torchApp(VERSIONS));
  const every = lists({ refresh: Refresh.everyDeployment() }, numbers);
  await cloud.deploy(every);
  expect(await cloud.outputs('Ours')).toEqual({ Versions: '2 1' });
  await cloud.deploy(torchApp({ ...VERSIONS, C: { tag: 'c' } }));
  await cloud.deploy(every);
  expect(await cloud.outputs('Ours')).toEqual({ Versions: '3 2 1' });
});
