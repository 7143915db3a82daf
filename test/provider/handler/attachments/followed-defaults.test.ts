import { StudioAttachments } from '../../../../src/provider/handler/attachments';
import { Studio } from '../../../../src/provider/handler/attachments/studio';
import type { CustomResourceEvent } from '../../../../src/provider/handler/lifecycle/event';
import type { Json } from '../../../../src/provider/handler/service/json';
import { event } from '../event';
import { FakeSageMaker } from '../fake-sagemaker';
import { serviceError, World } from '../world';

beforeEach(() => { jest.spyOn(console, 'log').mockImplementation(); });

const ACCOUNT = 'arn:aws:sagemaker:eu-west-1:111111111111';
const imageOf = (version: number) => ({ SageMakerImageArn: `${ACCOUNT}:image/torch`, SageMakerImageVersionArn: `${ACCOUNT}:image-version/torch/${version}` });
/** Properties with a default image for JupyterLab, or without one. */
const fixed = (version?: number) => ({ DomainId: 'd-1', DefaultUserSettings: { JupyterLabAppSettings: version ? { DefaultResourceSpec: imageOf(version) } : {} } });
const followed = (version: number) =>
  ({ DomainId: 'd-1', DefaultUserSettings: { JupyterLabAppSettings: { DefaultResourceSpec: { ...imageOf(version), FollowedAlias: 'nightly' } } } });

/** A domain with a default image, and an image with the versions 1 to 7, of which version 6 has the alias of the feed. */
function scene(found: Json) {
  const world = new World();
  const sageMaker = new FakeSageMaker(world, { updateTime: () => 1_000 }).addImage('torch', 7, { nightly: 6 })
    .addDomain('d-1', { DefaultUserSettings: { JupyterLabAppSettings: { DefaultResourceSpec: { InstanceType: 'ml.t3.medium', ...found } } } });
  const attachments = new StudioAttachments(new Studio(sageMaker));
  const run = (type: CustomResourceEvent['RequestType'], properties: object, former?: object) => world.run(attachments.run(event(type, properties as Json, {
    ...type !== 'Create' && { PhysicalResourceId: 'd-1' }, ...former && { OldResourceProperties: former as Json },
  }), world.clock()));
  const spec = () => {
    const { InstanceType, ...image } = (sageMaker.studio.body({ DomainId: 'd-1' }).DefaultUserSettings as any).JupyterLabAppSettings.DefaultResourceSpec;
    expect(InstanceType).toBe('ml.t3.medium');
    return image;
  };
  return { sageMaker, run, spec };
}

test('a deployment sets a default image that follows a feed, and leaves its version to the feed then', async () => {
  const { run, spec, sageMaker } = scene({});
  expect(await run('Create', followed(5))).toBeUndefined();
  expect(spec()).toEqual(imageOf(5));
  sageMaker.studio.change({ DomainId: 'd-1' }, () => ({ DefaultUserSettings: { JupyterLabAppSettings: { DefaultResourceSpec: { InstanceType: 'ml.t3.medium', ...imageOf(6) } } } }));
  expect(await run('Update', followed(7), followed(5))).toBeUndefined();
  expect(spec()).toEqual(imageOf(6));
  // As in a rollback.
  expect(await run('Update', followed(5), followed(7))).toBeUndefined();
  expect(spec()).toEqual(imageOf(6));
});

test.each([
  ['without a version', { SageMakerImageArn: imageOf(1).SageMakerImageArn }],
  ['of SageMaker', { SageMakerImageArn: 'arn:aws:sagemaker:eu-west-1:885854791233:image/distribution' }],
  ['that somebody removed', {}],
])('a default image %s gets the version with the alias', async (_, found) => {
  const { run, spec } = scene(found);
  expect(await run('Update', followed(5), followed(4))).toBeUndefined();
  expect(spec()).toEqual(imageOf(6));
});

test('a default image that begins to follow a feed gets the version once, and one that no longer does, too', async () => {
  const { run, spec } = scene(imageOf(1));
  expect(await run('Update', followed(5), fixed(1))).toBeUndefined();
  expect(spec()).toEqual(imageOf(6));
  expect(await run('Update', fixed(2), followed(5))).toBeUndefined();
  expect(spec()).toEqual(imageOf(2));
});

test('a default image that a feed moved is removed', async () => {
  const { run, spec } = scene(imageOf(6));
  expect(await run('Update', fixed(), followed(5))).toBeUndefined();
  expect(spec()).toEqual({});
});

test('a version that somebody else set is a conflict, and stays in the rollback', async () => {
  const { run, spec } = scene(imageOf(3));
  expect(await run('Update', followed(5), fixed())).toMatchObject({ message: expect.stringContaining('somebody else set another default image') });
  expect(await run('Update', fixed(), followed(5))).toBeUndefined();
  expect(spec()).toEqual(imageOf(3));
});

test('the update fails if it cannot be read whether the feed moved the default image, instead of leaving it', async () => {
  const { run, spec, sageMaker } = scene(imageOf(6));
  sageMaker.fault({ operation: 'DescribeImageVersion', error: serviceError('ValidationException', 'no'), times: 100 });
  expect(await run('Update', fixed(), followed(5))).toMatchObject({
    message: expect.stringContaining("version 6 of image 'torch' is attached, and whether its feed with alias 'nightly' did that cannot be read (ValidationException: no)"),
  });
  expect(spec()).toEqual(imageOf(6));
  // Nothing has to be read.
  expect(await run('Update', fixed(), followed(6))).toBeUndefined();
  expect(spec()).toEqual({});
});

test.each([
  ['of another image', { SageMakerImageArn: `${ACCOUNT}:image/torch-2`, SageMakerImageVersionArn: `${ACCOUNT}:image-version/torch-2/6` }],
  ['whose version was cleared', { SageMakerImageArn: imageOf(1).SageMakerImageArn, SageMakerImageVersionArn: 'None' }],
])('a default image %s stays', async (_, found) => {
  const { run, spec } = scene(found);
  expect(await run('Update', fixed(), followed(5))).toBeUndefined();
  expect(spec()).toEqual(found);
});

test('a default image that no feed moves stays in another version', async () => {
  const { run, spec } = scene(imageOf(6));
  expect(await run('Update', fixed(), fixed(5))).toBeUndefined();
  expect(spec()).toEqual(imageOf(6));
});

test('a default image that a feed moved does not conflict in the rollback of a deployment that did not remove it', async () => {
  const { run, spec } = scene(imageOf(6));
  expect(await run('Update', followed(5), fixed())).toBeUndefined();
  expect(spec()).toEqual(imageOf(6));
});

test('a number with several digits is replaced as a whole', async () => {
  const { run, spec, sageMaker } = scene({});
  sageMaker.addImage('many', 25, { nightly: 25 });
  const many = (version: number) => ({ SageMakerImageArn: `${ACCOUNT}:image/many`, SageMakerImageVersionArn: `${ACCOUNT}:image-version/many/${version}` });
  const properties = { DomainId: 'd-1', DefaultUserSettings: { JupyterLabAppSettings: { DefaultResourceSpec: { ...many(13), FollowedAlias: 'nightly' } } } };
  expect(await run('Update', properties, fixed())).toBeUndefined();
  expect(spec()).toEqual(many(25));
});
