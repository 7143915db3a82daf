import type { AliasMove } from '../../../../src/provider/handler/image-alias/model';
import { moveAlias } from '../../../../src/provider/handler/image-alias/move';
import { FakeSageMaker } from '../fake-sagemaker';
import { noResponse, serviceError, World } from '../world';

const ARN = 'arn:aws:sagemaker:eu-west-1:111111111111';
const ANSWERS = ['refuse', 'move'] as const;
type Behaviour = ConstructorParameters<typeof FakeSageMaker>[1];

let world: World;
let lines: any[];

beforeEach(() => {
  world = new World();
  lines = [];
  jest.spyOn(console, 'log').mockImplementation((line) => { lines.push(JSON.parse(line)); });
});

/** An image with three versions, of which one has the alias `prod`. */
function images(behaviour: Behaviour = {}, holder: number | 'none' = 1): FakeSageMaker {
  return new FakeSageMaker(world, behaviour).addImage('torch', 3, { other: 1, ...holder !== 'none' && { prod: holder } });
}

async function move(fake: Pick<FakeSageMaker, 'send'>, more: Partial<AliasMove> = {}, minutes = 14): Promise<any> {
  const [outcome] = await world.settle(moveAlias(fake, { imageName: 'torch', alias: 'prod', version: 2, ...more }, world.clock(minutes)));
  return outcome.status === 'fulfilled' ? outcome.value : outcome.reason;
}

const updates = (fake: FakeSageMaker) => fake.calls.filter(({ operation }) => operation === 'UpdateImageVersion')
  .map(({ input: { Version, AliasesToAdd, AliasesToDelete }, error }) => `${AliasesToAdd ? `+${AliasesToAdd}` : `-${AliasesToDelete}`} ${Version}${error ? ' refused' : ''}`);

describe.each(ANSWERS)('if SageMaker would %s an alias that another version has', (takenAlias) => {
  test('the alias moves, and its former holder and the attributes of its version are returned', async () => {
    const fake = images({ takenAlias });
    expect(await move(fake)).toEqual({
      former: 1,
      attributes: { Version: 2, ImageVersionArn: `${ARN}:image-version/torch/2`, ImageArn: `${ARN}:image/torch`, ContainerImage: 'base@sha256:2' },
    });
    expect(fake.images.aliases('torch')).toEqual({ other: 1, prod: 2 });
    // It is taken from its holder only after SageMaker refused to add it.
    expect(updates(fake)).toEqual(takenAlias === 'move' ? ['+prod 2'] : ['+prod 2 refused', '-prod 1', '+prod 2']);
  });

  test('each write is in the log, before and after it', async () => {
    await move(images({ takenAlias }));
    const writing = (version: number, change: string) => ({ message: 'writing', image: 'torch', version, [change]: 'prod' });
    const written = { message: 'written', doing: "moving alias 'prod' of image 'torch' to version 2" };
    const writes = lines.filter(({ message }) => /^writ/.test(message));
    expect(writes).toEqual(takenAlias === 'move' ? [writing(2, 'AliasesToAdd'), written]
      : [writing(2, 'AliasesToAdd'), writing(1, 'AliasesToDelete'), written, writing(2, 'AliasesToAdd'), written]);
  });

  test('a new alias is added', async () => {
    const fake = images({ takenAlias }, 'none');
    expect(await move(fake)).toMatchObject({ former: undefined, attributes: { Version: 2 } });
    expect(updates(fake)).toEqual(['+prod 2']);
  });

  test('nothing is written if the version has the alias', async () => {
    const fake = images({ takenAlias }, 2);
    expect(await move(fake)).toMatchObject({ former: 2, attributes: { Version: 2 } });
    expect(updates(fake)).toEqual([]);
  });

  test('a move waits for a version that is being created', async () => {
    const fake = images({ takenAlias, versionTime: () => 60_000 });
    await world.settle(fake.send('CreateImageVersion', { ImageName: 'torch', BaseImage: 'base:4' }));
    expect(await move(fake, { version: 4 })).toMatchObject({ former: 1, attributes: { Version: 4 } });
    expect(fake.images.aliases('torch')).toEqual({ other: 1, prod: 4 });
  });

  test('an alias is removed', async () => {
    const fake = images({ takenAlias });
    expect(await move(fake, { version: undefined })).toEqual({ former: 1 });
    expect(fake.images.aliases('torch')).toEqual({ other: 1 });
    expect(await move(fake, { version: undefined })).toEqual({});
  });

  test.each(['before', 'after'] as const)('a process that is killed %s any call leaves an alias that the next run moves', async (when) => {
    for (let skip = 0; skip < 12; skip++) {
      world = new World();
      const fake = images({ takenAlias }).fault({ error: 'kill', when, skip });
      const process = fake.process();
      await world.settle(process.run(moveAlias(process, { imageName: 'torch', alias: 'prod', version: 2, home: 1 }, world.clock())));
      fake.clearFaults();
      expect(await move(fake, { home: 1 })).toMatchObject({ attributes: { Version: 2 } });
      expect(fake.images.aliases('torch')).toEqual({ other: 1, prod: 2 });
    }
  });

  test.each([
    ['throttled', serviceError('ThrottlingException'), 'before'],
    ['modified concurrently', serviceError('ResourceInUse', 'Resource was modified concurrently.'), 'before'],
    ['not answered before they have an effect', noResponse(), 'before'],
    ['not answered after they have an effect', noResponse(), 'after'],
    ['denied until IAM knows the permission', serviceError('AccessDeniedException'), 'before'],
  ] as const)('calls that are %s are repeated', async (_, error, when) => {
    for (let skip = 0; skip < 12; skip++) {
      for (const times of [1, 2, 5]) {
        world = new World();
        const fake = images({ takenAlias }).fault({ error, when, skip, times });
        expect(await move(fake)).toMatchObject({ former: 1, attributes: { Version: 2 } });
        expect(fake.images.aliases('torch')).toEqual({ other: 1, prod: 2 });
      }
    }
  });

  test('reads that show an earlier state do not make it take the alias away again', async () => {
    const fake = images({ takenAlias });
    const stale = { Version: 1, ImageVersionStatus: 'CREATED', ImageVersionArn: 'arn', ImageArn: 'arn', ContainerImage: 'x' };
    let since: number | undefined;
    const send: FakeSageMaker['send'] = async (operation, input) => {
      if (operation === 'UpdateImageVersion' && input.AliasesToAdd) {
        const response = await fake.send(operation, input);
        since ??= world.now();
        return response;
      }
      return input.Alias !== undefined && since !== undefined && world.now() < since + 8_000 ? stale : fake.send(operation, input);
    };
    expect(await move({ send })).toMatchObject({ attributes: { Version: 2, ContainerImage: 'base@sha256:2' } });
    expect(updates(fake)).toEqual(takenAlias === 'move' ? ['+prod 2'] : ['+prod 2 refused', '-prod 1', '+prod 2']);
  });

  test('if the version disappears meanwhile, the alias stays where it was', async () => {
    const fake = images({ takenAlias });
    const send: FakeSageMaker['send'] = async (operation, input) => {
      if (operation === 'UpdateImageVersion') {
        await fake.send('DeleteImageVersion', { ImageName: 'torch', Version: 2 }).catch(() => undefined);
      }
      return fake.send(operation, input);
    };
    expect(await move({ send })).toMatchObject({
      untouched: true,
      message: "moving alias 'prod' of image 'torch' to version 2 failed: version 2 of image 'torch' does not exist; nothing was changed; use an existing version",
    });
    expect(fake.images.aliases('torch')).toEqual({ other: 1, prod: 1 });
  });
});

describe('after the alias was taken from its holder', () => {
  /** Refuses to add the alias to version 2 once it is on no version. */
  const refusing = (fake: FakeSageMaker, error: Error = serviceError('ValidationException', 'no')): FakeSageMaker['send'] => async (operation, input) => {
    if (operation === 'UpdateImageVersion' && input.Version === 2 && fake.images.aliases('torch').prod === undefined) {
      throw error;
    }
    return fake.send(operation, input);
  };

  test.each<[string, Error, boolean]>([
    ['refuses', serviceError('ValidationException', 'no'), false],
    ['denies', serviceError('AccessDeniedException', 'no'), false],
    ['throttles to the deadline', serviceError('ThrottlingException', 'no'), true],
    ['does not respond', noResponse(), true],
    ['is busy to the deadline', serviceError('ResourceInUse', 'no'), true],
  ])('it goes back if SageMaker %s', async (_, error, timedOut) => {
    const fake = images();
    expect(await move({ send: refusing(fake, error) })).toMatchObject({
      untouched: true, timedOut, message: expect.stringMatching(/^moving alias 'prod' of image 'torch' to version 2 failed: .*; the alias is on version 1 again; /),
    });
    expect(fake.images.aliases('torch')).toEqual({ other: 1, prod: 1 });
  });

  test('putting it back is repeated until the deadline', async () => {
    const fake = images();
    fake.fault({ operation: 'UpdateImageVersion', matches: ({ Version, AliasesToAdd }) => Version === 1 && AliasesToAdd !== undefined, times: 8, error: serviceError('ValidationException', 'not now') });
    expect(await move({ send: refusing(fake) })).toMatchObject({ untouched: true });
    expect(fake.images.aliases('torch')).toEqual({ other: 1, prod: 1 });
  });

  test('the failure names the command that puts it back if nothing else does', async () => {
    const fake = images();
    fake.fault({ operation: 'UpdateImageVersion', matches: ({ Version, AliasesToAdd }) => Version === 1 && AliasesToAdd !== undefined, times: 1_000, error: serviceError('ValidationException', 'never') });
    const error = await move({ send: refusing(fake) });
    expect(error).toMatchObject({ untouched: false, timedOut: true });
    expect(error.message).toMatch(/ValidationException: never.*it could not be undone after another error \(ValidationException: no\); the alias was last seen on no version, and on version 1 before; /);
    expect(error.message).toContain("aws sagemaker update-image-version --image-name 'torch' --version-number 1 --aliases-to-add 'prod'");
    expect(world.now()).toBeLessThan(14 * 60_000);
  });

  test('it stays where somebody else puts it meanwhile', async () => {
    const fake = images();
    fake.fault({ operation: 'UpdateImageVersion', matches: ({ Version, AliasesToAdd }) => Version === 1 && AliasesToAdd !== undefined, times: 1_000, error: serviceError('ValidationException', 'never') });
    void world.sleep(60_000).then(() => fake.images.setAlias('torch', 'prod', 3));
    expect(await move({ send: refusing(fake) })).toMatchObject({ untouched: false, message: expect.stringContaining('the alias was last seen on version 3') });
    expect(fake.images.aliases('torch')).toEqual({ other: 1, prod: 3 });
  });

  test('the next run puts it where the template had it if it fails too', async () => {
    const fake = images({}, 'none');
    expect(await move({ send: refusing(fake) }, { home: 1 })).toMatchObject({ message: expect.stringContaining('the alias is on version 1 again') });
    expect(fake.images.aliases('torch')).toEqual({ other: 1, prod: 1 });
  });
});

test.each([
  ['does not exist', {}, 9, "version 9 of image 'torch' does not exist; nothing was changed; use an existing version"],
  ['failed', { failure: () => 'no access to ECR' }, 4, 'the status of version 4 is CREATE_FAILED (no access to ECR); nothing was changed; use a version with status CREATED, and deploy again'],
])('the alias stays if the version %s', async (_, behaviour, version, message) => {
  const fake = images(behaviour);
  await world.settle(fake.send('CreateImageVersion', { ImageName: 'torch', BaseImage: 'base:4' }));
  expect(await move(fake, { version })).toMatchObject({ untouched: true, message: `moving alias 'prod' of image 'torch' to version ${version} failed: ${message}`, help: 'An alias cannot be moved' });
  expect(updates(fake)).toEqual([]);
  expect(fake.images.aliases('torch')).toEqual({ other: 1, prod: 1 });
});

test('an image that does not exist is an error', async () => {
  expect((await move(images(), { imageName: 'nothing' })).message).toContain("version 2 of image 'nothing' does not exist; nothing was changed");
});

test('a removal that fails says so', async () => {
  const fake = images().fault({ operation: 'UpdateImageVersion', times: 1_000, error: serviceError('ValidationException', 'no') });
  expect((await move(fake, { version: undefined })).message)
    .toBe("removing alias 'prod' of image 'torch' failed: ValidationException: no; nothing was changed; fix the cause of this error and deploy again");
});

test('reads that do not succeed end in time for another round', async () => {
  const fake = images().fault({ times: 10_000, error: serviceError('ThrottlingException', 'no') });
  expect(await move(fake)).toMatchObject({ timedOut: true, message: expect.stringMatching(/timed out while waiting \(ThrottlingException: no\); nothing was changed; deploy again$/) });
  expect(world.now()).toBeLessThanOrEqual(14 * 60_000 - 30_000);
});

test('if somebody else gets the alias after it was taken, adding it is tried before it is taken again', async () => {
  const fake = images();
  const send: FakeSageMaker['send'] = async (operation, input) => {
    const response = await fake.send(operation, input);
    if (input.AliasesToDelete && input.Version === 1) {
      fake.images.setAlias('torch', 'prod', 3);
    }
    return response;
  };
  expect(await move({ send })).toMatchObject({ attributes: { Version: 2 } });
  expect(updates(fake)).toEqual(['+prod 2 refused', '-prod 1', '+prod 2 refused', '-prod 3', '+prod 2']);
});

test('a refusal whose message does not name the alias makes it take the alias only when it is repeated', async () => {
  const fake = images({ takenAlias: 'move' }).fault({ operation: 'UpdateImageVersion', times: 3, error: serviceError('ValidationException', 'Invalid request.') });
  expect(await move(fake)).toMatchObject({ attributes: { Version: 2 } });
  expect(updates(fake)).toEqual(['+prod 2 refused', '+prod 2 refused', '+prod 2 refused', '-prod 1', '+prod 2']);
});

test('the alias of a version that cannot be changed is an error that names the version', async () => {
  const fake = images({ failure: () => 'x' }, 'none');
  await world.settle(fake.send('CreateImageVersion', { ImageName: 'torch', BaseImage: 'base:4', Aliases: ['prod'] }));
  const error = await move(fake);
  expect(error).toMatchObject({ untouched: true, message: expect.stringMatching(/version\/torch\/4\) is CREATE_FAILED.*; nothing was changed; /) });
  expect(world.now()).toBeLessThan(60_000);
});

test('nothing is written when too little time is left to undo it', async () => {
  const fake = images();
  expect(await move(fake, {}, 2)).toMatchObject({ untouched: true, timedOut: true, message: expect.stringContaining('timed out; nothing was changed') });
  expect(updates(fake)).toEqual([]);
});

describe('an alias that somebody else moved', () => {
  test('is reported in the log before it moves', async () => {
    const fake = images({}, 3);
    expect(await move(fake, { home: 1 })).toMatchObject({ former: 3, attributes: { Version: 2 } });
    const messages = lines.map(({ message }) => message);
    expect(lines).toContainEqual({ message: 'somebody else moved the alias', image: 'torch', alias: 'prod', expected: 1, found: 3 });
    expect(messages.indexOf('somebody else moved the alias')).toBeLessThan(messages.indexOf('writing'));
  });

  test.each([1, 2, 'none'] as const)('is not reported if it is on %s', async (holder) => {
    await move(images({}, holder), { home: 1 });
    expect(lines.map(({ message }) => message)).not.toContain('somebody else moved the alias');
  });

  test('is left where it is if it may be taken from one version only', async () => {
    const fake = images({}, 3);
    expect(await move(fake, { version: undefined, onlyFrom: 2 })).toMatchObject({ former: 3, attributes: { Version: 3 } });
    expect(await move(fake, { version: 1, onlyFrom: 2 })).toMatchObject({ former: 3 });
    expect(updates(fake)).toEqual([]);
    expect(lines).toContainEqual({ message: 'somebody else moved the alias', image: 'torch', alias: 'prod', expected: 2, found: 3 });
  });
});

test('two processes that move an alias to different versions end with it on one of them', async () => {
  for (let seed = 1; seed <= 30; seed++) {
    world = new World(seed);
    const fake = images({ takenAlias: seed % 2 ? 'refuse' : 'move', latency: () => 50 + world.random() * 300 });
    const outcomes = await world.settle(...[2, 3].map((version) => moveAlias(fake, { imageName: 'torch', alias: 'prod', version }, world.clock())));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect([2, 3]).toContain(fake.images.aliases('torch').prod);
  }
});
