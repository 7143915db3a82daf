import { ImageVersionLookup } from '../../../../src/provider/handler/image-version-lookup';
import { Images } from '../../../../src/provider/handler/service/images';
import { event } from '../event';
import { FakeSageMaker } from '../fake-sagemaker';
import { serviceError, World } from '../world';

let world: World;
let sageMaker: FakeSageMaker;

/** Adds an image with these aliases, which are on versions in this order. */
function start(aliases: string[], behaviour: ConstructorParameters<typeof FakeSageMaker>[1] = {}): void {
  sageMaker = new FakeSageMaker(world, behaviour).addImage('torch', aliases.length, Object.fromEntries(aliases.map((alias, index) => [alias, index + 1])));
}

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation();
  world = new World();
});

/** Returns the number of the version found, or the error. */
async function lookUp(AliasRange: string): Promise<unknown> {
  const lookup = new ImageVersionLookup(new Images(sageMaker));
  const [outcome] = await world.settle(lookup.run(event('Create', { ImageName: 'torch', AliasRange }), world.clock()));
  return outcome.status === 'fulfilled' ? (outcome.value as { Version: number }).Version : outcome.reason;
}

const operations = () => sageMaker.calls.map(({ operation }) => operation);

/** Adds a version whose creation fails. */
async function addFailed(...Aliases: string[]): Promise<void> {
  await world.settle(sageMaker.send('CreateImageVersion', { ImageName: 'torch', BaseImage: 'broken', ClientToken: Aliases[0], Aliases }));
}
const failure = ({ BaseImage }: { readonly BaseImage?: unknown }) => BaseImage === 'broken' ? 'no access to ECR' : undefined;

test.each([['^2.4', 3], ['~2.4', 1], ['2', 3], ['3', 4], ['*', 4], ['<2.4', 2]])('%s selects version %d', async (range, version) => {
  start(['2.4.9', '2.3.10', '2.10.0', '3.0.0', 'stable', '3.1.0-rc.1', '9.9']);
  sageMaker.images.setAlias('torch', '9.9', undefined);
  expect(await lookUp(range)).toBe(version);
});

test('only the version found is described, however many there are', async () => {
  start(Array.from({ length: 250 }, (_, index) => `2.${index}.0`));
  expect(await lookUp('^2')).toBe(250);
  expect(operations()).toEqual(['ListAliases', 'ListAliases', 'ListAliases', 'DescribeImageVersion']);
  expect(sageMaker.calls[3].input).toEqual({ ImageName: 'torch', Alias: '2.249.0' });
});

test('versions that failed are passed over', async () => {
  start(['2.4.0', '2.4.1'], { failure });
  await addFailed('2.4.2');
  await addFailed('2.4.3');
  expect(await lookUp('^2.4')).toBe(2);
});

test('a version that is being created is waited for', async () => {
  start(['2.4.0'], { versionTime: () => 60_000 });
  void sageMaker.send('CreateImageVersion', { ImageName: 'torch', BaseImage: 'base:2', Aliases: ['2.4.1'] });
  expect(await lookUp('^2.4')).toBe(2);
  expect(world.now()).toBeGreaterThan(60_000);
});

test('a version that fails while it is waited for is passed over', async () => {
  start(['2.4.0'], { versionTime: () => 60_000, failure });
  void addFailed('2.4.1');
  expect(await lookUp('^2.4')).toBe(1);
});

test('an alias that is removed after it was listed is passed over', async () => {
  start(['2.4.0', '2.4.1']);
  sageMaker.fault({ operation: 'DescribeImageVersion', error: serviceError('ResourceNotFound', 'does not exist') });
  expect(await lookUp('^2.4')).toBe(1);
});

test('throttled calls are repeated', async () => {
  start(['2.4.0', '2.4.1']);
  for (const operation of ['ListAliases', 'ListAliases', 'DescribeImageVersion', 'DescribeImageVersion']) {
    sageMaker.fault({ operation, error: serviceError('ThrottlingException') });
  }
  expect(await lookUp('^2.4')).toBe(2);
});

describe('the error names the aliases that are versions', () => {
  const failed = async (range: string) => (await lookUp(range) as Error).message;

  test('if none is in the range', async () => {
    start(['2.4.0', 'stable', '2.5', '1.0.0-rc.1']);
    expect(await lookUp('^3')).toMatchObject({
      untouched: true,
      help: 'A look-up finds nothing',
      message: "looking up the version with the highest alias in '^3' of image 'torch' failed: no alias is in this range; the image has the aliases 2.5, 2.4.0, 1.0.0-rc.1; "
        + 'nothing was changed; use a range with one of the aliases, or add an alias to a version with status CREATED, and deploy again',
    });
  });

  test('and at most 20 of them, highest first', async () => {
    start(Array.from({ length: 50 }, (_, index) => `${index}.0.0`));
    expect(await failed('^99')).toContain('has the aliases 49.0.0, 48.0.0, ');
    expect(await failed('^99')).toContain(', 31.0.0, 30.0.0, …; ');
  });

  test('or others, if there is none', async () => {
    start(['v2.4.1', 'stable']);
    expect(await failed('^2')).toContain('no alias is in this range; the image has no alias that is a semantic version, such as 2.4.1, but stable, v2.4.1; ');
    start([]);
    expect(await failed('^2')).toContain('the image has no alias that is a semantic version, such as 2.4.1; ');
  });

  test('and why the versions in the range cannot be used', async () => {
    start(['1.0.0'], { failure });
    await addFailed('2.4.2');
    await addFailed('2.4.3');
    expect(await failed('^2.4')).toContain("no version in this range can be used: alias '2.4.3': the status of version 3 is CREATE_FAILED (no access to ECR), "
      + "alias '2.4.2': the status of version 2 is CREATE_FAILED (no access to ECR); the image has the aliases 2.4.3, 2.4.2, 1.0.0; ");
  });

  test('if the image does not exist', async () => {
    sageMaker = new FakeSageMaker(world);
    expect(await failed('^2')).toContain("failed: image 'torch' does not exist; nothing was changed; use an existing image in this account and Region");
  });

  test('if a permission is missing', async () => {
    start(['2.4.0']);
    sageMaker.fault({ operation: 'ListAliases', error: serviceError('AccessDeniedException', 'no sagemaker:ListAliases'), times: 99 });
    expect(await failed('^2')).toContain('no sagemaker:ListAliases; nothing was changed; grant this action to the role of the Lambda function');
  });

  test('if SageMaker refuses', async () => {
    start(['2.4.0']);
    sageMaker.fault({ operation: 'ListAliases', error: serviceError('ValidationException', 'wrong name') });
    expect(await failed('^2')).toContain('ValidationException: wrong name; nothing was changed; fix the cause of this error and deploy again');
    sageMaker.fault({ operation: 'DescribeImageVersion', error: serviceError('ValidationException', 'wrong alias') });
    expect(await failed('^2')).toContain('ValidationException: wrong alias; nothing was changed; fix the cause of this error and deploy again');
  });
});
