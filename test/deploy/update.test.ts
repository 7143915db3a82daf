import { aws_ecr as ecr, Stack } from 'aws-cdk-lib';
import { BaseImage, Image, ImageVersionOptions } from 'cdk-sagemaker-images';
import { AppBuilder, Cloud } from './cloud';

let cloud: Cloud;

beforeAll(async () => {
  cloud = await Cloud.start();
  await cloud.pushImages('torch', 'a', 'b', 'c', 'd', 'e');
});

afterAll(() => cloud?.stop());

/** An app with one image, whose versions are given by tag. */
function appWith(versions: Record<string, { tag: string } & Partial<ImageVersionOptions>>): AppBuilder {
  return (app) => {
    const stack = new Stack(app, 'Images');
    const repository = ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch');
    const image = new Image(stack, 'Torch', { imageName: 'torch' });
    for (const [id, { tag, ...options }] of Object.entries(versions)) {
      image.addVersion(id, { baseImage: BaseImage.fromEcrRepository(repository, tag), ...options });
    }
  };
}

test('five versions of one image are created in order in one deployment', async () => {
  const build = appWith({ A: { tag: 'a' }, B: { tag: 'b' }, C: { tag: 'c' }, D: { tag: 'd' }, E: { tag: 'e' } });
  expect(await cloud.deploy(build)).toMatchObject({ ok: true });
  expect((await cloud.versions()).map(({ version, status }) => `${version} ${status}`)).toEqual(
    ['1 CREATED', '2 CREATED', '3 CREATED', '4 CREATED', '5 CREATED']);
  expect(await cloud.destroy(build)).toMatchObject({ ok: true });
});
