import { digestOf, REPOSITORY, Scene } from './scene';
import type { RuleEvent } from '../../../../src/provider/kinds/rule-event';
import { noResponse, serviceError } from '../world';

const ARN = 'arn:aws:sagemaker:eu-west-1:111111111111';

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation();
});

const logged = () => (console.log as jest.Mock).mock.calls.map(([line]) => line).join('\n');

/** Every answer that SageMaker may give to an alias that another version has. */
const ANSWERS = [{ takenAlias: 'refuse' }, { takenAlias: 'move' }] as const;

describe.each(ANSWERS)('if SageMaker answers %j for an alias that is taken,', (behaviour) => {
  test('each push makes a version, which gets the alias and the metadata', async () => {
    const scene = new Scene(behaviour);
    scene.properties = { ...scene.properties, Metadata: { Processor: 'GPU', Horovod: 'false', ReleaseNotes: 'Nightly' } };
    expect(await scene.react(scene.push('a', 'release-1'))).toEqual([undefined]);
    expect(scene.holder).toBe(1);
    expect(await scene.describe(1)).toMatchObject({
      BaseImage: `${REPOSITORY}@${digestOf('a')}`, Processor: 'GPU', Horovod: false, ReleaseNotes: 'Nightly (release-1 pushed 2026-01-01T00:00:00Z)',
    });
    expect(await scene.react(scene.push('b', 'release-2'))).toEqual([undefined]);
    expect(await scene.versions()).toEqual(['1 CREATED a', '2 CREATED b']);
    expect(scene.holder).toBe(2);
  });

  test.each([[0], [1], [2.5]])('two pushes %d s apart, at the same time, end with both versions and the alias on the later one', async (pause) => {
    for (let seed = 1; seed <= 10; seed++) {
      const scene: Scene = new Scene({ ...behaviour, latency: (): number => scene.world.random() * 400 }, seed);
      await scene.react(scene.push('a', 'release-0'));
      const first = scene.push('b', 'release-1');
      await scene.wait(pause);
      const second = scene.push('c', 'release-2');
      expect(await scene.react(...seed % 2 ? [first, second] : [second, first])).toEqual([undefined, undefined]);
      const versions = await scene.versions();
      expect(versions.map((one) => one.slice(-1)).sort()).toEqual(['a', 'b', 'c']);
      // ECR tells times in seconds. In the same second, the version that was made last counts.
      expect(versions[scene.holder! - 1]).toMatch(pause < 1 ? /^3 / : / c$/);
    }
  });

  test('an event that arrives again, at the same time or later, changes nothing', async () => {
    const scene = new Scene(behaviour);
    const first = scene.push('a', 'release-1');
    expect(await scene.react(first, first, first)).toEqual([undefined, undefined, undefined]);
    await scene.wait(60);
    const second = scene.push('b', 'release-2');
    expect(await scene.react(second, first)).toEqual([undefined, undefined]);
    const before = scene.count('UpdateImageVersion');
    await scene.wait(60);
    expect(await scene.react(first)).toEqual([undefined]);
    expect(await scene.react(second)).toEqual([undefined]);
    expect(await scene.versions()).toEqual(['1 CREATED a', '2 CREATED b']);
    expect(scene.holder).toBe(2);
    expect(scene.count('UpdateImageVersion')).toBe(before);
  });

  test('an event that arrives late makes its version and leaves the alias', async () => {
    const scene = new Scene(behaviour);
    const older = scene.push('a', 'release-1');
    await scene.wait(5);
    const newer = scene.push('b', 'release-2');
    expect(await scene.react(newer)).toEqual([undefined]);
    expect(await scene.react(older)).toEqual([undefined]);
    expect(await scene.versions()).toEqual(['1 CREATED b', '2 CREATED a']);
    expect(scene.holder).toBe(1);
  });

  test('a run that is killed at any call is completed by the next one', async () => {
    for (let skip = 0; ; skip++) {
      const scene = new Scene(behaviour);
      await scene.react(scene.push('a', 'release-1'));
      scene.sageMaker.calls.length = 0;
      const event = scene.push('b', 'release-2');
      scene.sageMaker.fault({ skip, error: 'kill', when: skip % 2 ? 'after' : 'before' });
      const process = scene.sageMaker.process();
      const [outcome] = await scene.world.settle(process.run(scene.reaction(event, process)));
      scene.sageMaker.clearFaults();
      expect(await scene.react(event)).toEqual([undefined]);
      expect(await scene.versions()).toEqual(['1 CREATED a', '2 CREATED b']);
      expect(scene.holder).toBe(2);
      if (outcome.status === 'fulfilled' && outcome.value !== 'killed') {
        expect(skip).toBeGreaterThan(6);
        return;
      }
    }
  });
});

test('a run that was late, and took the alias from a newer version, gives it back', async () => {
  const scene = new Scene({ takenAlias: 'move' });
  const older = scene.push('a', 'release-1');
  await scene.wait(5);
  await scene.react(older, scene.push('b', 'release-2'));
  const newer = scene.holder!;
  expect((await scene.versions())[newer - 1]).toMatch(/ b$/);
  scene.sageMaker.images.setAlias('torch', 'stable', 3 - newer);
  expect(await scene.react(older)).toEqual([undefined]);
  expect(scene.holder).toBe(newer);
});

test('an alias on a version that somebody made after the push stays', async () => {
  const scene = new Scene();
  const event = scene.push('a', 'release-1');
  await scene.wait(60);
  await scene.world.settle(scene.sageMaker.send('CreateImageVersion', { ImageName: 'torch', BaseImage: 'by-hand:1' }));
  await scene.wait(60);
  scene.sageMaker.images.setAlias('torch', 'stable', 1);
  expect(await scene.react(event)).toEqual([undefined]);
  expect(await scene.versions()).toEqual(['1 CREATED by-hand:1', '2 CREATED a']);
  expect(scene.holder).toBe(1);
});

test('a tag that is added to an older container image is a push too, whatever ECR tells about it', async () => {
  const scene = new Scene();
  scene.push('built', 'commit-1');
  await scene.wait(60);
  const b = scene.push('b', 'release-1');
  await scene.react(b);
  await scene.wait(60);
  const promoted = scene.push('built', 'release-2');
  await scene.react(promoted);
  expect(await scene.versions()).toEqual(['1 CREATED b', '2 CREATED built']);
  expect(scene.holder).toBe(2);
  await scene.react(b);
  expect(scene.holder).toBe(2);
  await scene.wait(60);
  // Back to a container image that has a version already.
  const back = scene.push('b', 'release-3');
  await scene.react(back);
  expect(await scene.versions()).toEqual(['1 CREATED b', '2 CREATED built']);
  expect(scene.holder).toBe(1);
  expect(await scene.describe(1)).toMatchObject({ ReleaseNotes: expect.stringMatching(/^\(release-3 pushed 2026-/) });
  await scene.react(promoted);
  await scene.react(b);
  expect(scene.holder).toBe(1);
});

test('pushes of container images that have versions, at the same time, end with the alias on the later one', async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const scene: Scene = new Scene({ takenAlias: seed % 2 ? 'refuse' : 'move', latency: () => 20 + scene.world.random() * 200 }, seed);
    scene.properties = { ...scene.properties, Tags: ['*'] };
    for (const name of ['a', 'b', 'c']) {
      await scene.react(scene.push(name, `${name}-1`));
      await scene.wait(60);
    }
    const again = ['b', 'a', 'b', 'a'].map(async (name, index) => {
      await scene.world.sleep(index * 2_000);
      return scene.push(name, `${name}-${index + 2}`);
    });
    const events = (await scene.world.settle(...again)).map((outcome) => (outcome as PromiseFulfilledResult<RuleEvent>).value);
    // Those of an earlier push arrive at the same time.
    expect(await scene.react(...seed % 3 ? events.reverse() : events)).toEqual(events.map(() => undefined));
    expect([seed, scene.holder, (await scene.describe(1)).ReleaseNotes]).toEqual([seed, 1, expect.stringMatching(/^\(a-5 pushed/)]);
  }
});

test('a version that another run makes while this one reads is not made again', async () => {
  const scene = new Scene();
  await scene.react(scene.push('x', 'release-0'));
  const event = scene.push('a', 'release-1');
  let isSlow = true;
  const slow = scene.reaction(event, {
    send: async (operation, input) => {
      if (operation === 'DescribeImageVersion' && isSlow) {
        isSlow = false;
        await scene.world.sleep(180_000);
      }
      return scene.sageMaker.send(operation, input);
    },
  });
  const others = scene.world.sleep(1_000).then(async () => {
    await scene.sageMaker.send('CreateImageVersion', { ImageName: 'torch', BaseImage: 'other:1' });
    await scene.world.sleep(60_000);
    await scene.reaction(event);
  });
  expect((await scene.world.settle(slow, others)).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  expect(await scene.versions()).toEqual(['1 CREATED x', '2 CREATED other:1', '3 CREATED a']);
});

test('several tags of one push make one version', async () => {
  const scene = new Scene();
  expect(await scene.react(scene.push('a', 'release-1'), scene.push('a', 'release-1.0'))).toEqual([undefined, undefined]);
  expect(await scene.versions()).toEqual(['1 CREATED a']);
});

test('a version that the app made of the same container image is used as it is', async () => {
  const scene = new Scene();
  const event = scene.push('a', 'release-1');
  await scene.world.settle(scene.sageMaker.send('CreateImageVersion', { ImageName: 'torch', BaseImage: `${REPOSITORY}@${digestOf('a')}` }));
  await scene.react(event);
  expect(await scene.versions()).toEqual(['1 CREATED a']);
  expect(await scene.describe(1)).not.toHaveProperty('ReleaseNotes');
  expect(scene.holder).toBe(1);
});

test('versions of the image that change at the same time are waited for', async () => {
  const scene = new Scene();
  await scene.world.settle(scene.sageMaker.send('CreateImageVersion', { ImageName: 'torch', BaseImage: 'other:1' }));
  expect(await scene.react(scene.push('a', 'release-1'))).toEqual([undefined]);
  expect(await scene.versions()).toEqual(['1 CREATED other:1', '2 CREATED a']);
  await scene.world.settle(scene.sageMaker.send('DeleteImageVersion', { ImageName: 'torch', Version: 1 }));
  expect(await scene.react(scene.push('b', 'release-2'))).toEqual([undefined]);
  expect(scene.holder).toBe(3);
});

test('a container image whose version was deleted gets another one when it is pushed again', async () => {
  const scene = new Scene();
  await scene.react(scene.push('a', 'release-1'));
  await scene.react(scene.push('b', 'release-2'));
  await scene.world.settle(scene.sageMaker.send('DeleteImageVersion', { ImageName: 'torch', Version: 1 }));
  await scene.wait(60);
  await scene.react(scene.push('a', 'release-3'));
  expect(await scene.versions()).toEqual(['2 CREATED b', '3 CREATED a']);
  expect(scene.holder).toBe(3);
});

test('throttling, busy resources and lost responses are retried', async () => {
  const scene = new Scene({ callsPerSecond: 2 });
  scene.sageMaker.fault({ operation: 'CreateImageVersion', error: noResponse(), when: 'after' });
  scene.sageMaker.fault({ operation: 'ListImageVersions', error: serviceError('AccessDeniedException', 'not yet'), times: 3 });
  expect(await scene.react(scene.push('a', 'release-1'), scene.push('b', 'release-2'))).toEqual([undefined, undefined]);
  expect((await scene.versions()).map((one) => one.slice(-1)).sort()).toEqual(['a', 'b']);
});

test('many versions at 10 calls per second are read within the time of a run', async () => {
  const scene = new Scene({ callsPerSecond: 10 });
  scene.sageMaker.addImage('torch', 500);
  const start = scene.world.now();
  expect(await scene.react(scene.push('a', 'release-1'))).toEqual([undefined]);
  expect(scene.world.now() - start).toBeLessThan(300_000);
  expect(scene.holder).toBe(501);
});

describe('a version that fails', () => {
  test('is reported, is made once, and leaves the alias', async () => {
    let failure: string | undefined;
    const scene = new Scene({ failure: () => failure });
    await scene.react(scene.push('a', 'release-1'));
    failure = 'The role cannot pull';
    const event = scene.push('b', 'release-2');
    for (let run = 0; run < 3; run++) {
      expect(await scene.react(event)).toEqual([expect.objectContaining({
        message: expect.stringMatching(/^making a version of image 'torch' from \S+ \(tag 'release-2'\) failed: version 2 failed \(The role cannot pull\); .*; fix the cause/),
      })]);
      await scene.wait(120);
    }
    expect(await scene.versions()).toEqual(['1 CREATED a', '2 CREATE_FAILED b']);
    expect(scene.holder).toBe(1);
    expect(scene.reports).toHaveLength(3);
    expect(scene.reports[0]).toEqual({
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [{ Namespace: 'SageMakerImages', Dimensions: [['Feed']], Metrics: [{ Name: 'FailedPushes', Unit: 'Count' }] }],
      },
      Feed: 'Stack/Feed',
      FailedPushes: 1,
      message: 'the feed failed',
      image: 'torch',
      alias: 'stable',
      digest: digestOf('b'),
      tag: 'release-2',
      time: expect.any(Number),
      error: expect.stringContaining('The role cannot pull'),
    });
    // After the cause is fixed, the event can be sent again, from a queue for example.
    failure = undefined;
    await scene.wait(600);
    expect(await scene.react(event)).toEqual([undefined]);
    expect(scene.holder).toBe(3);
  });

  test('does not stop the next push', async () => {
    const scene = new Scene({ failure: ({ BaseImage }) => BaseImage === `${REPOSITORY}@${digestOf('b')}` ? 'too large' : undefined });
    const [b, c] = [scene.push('b', 'release-1'), scene.push('c', 'release-2')];
    expect(await scene.react(b, c)).toEqual([expect.any(Error), undefined]);
    expect((await scene.versions()).find((one) => one.endsWith(' c'))).toBe(`${scene.holder} CREATED c`);
  });
});

test.each([
  ['a chart', 'release-1', 'application/vnd.cncf.helm.config.v1+json'],
  ['a signature', `sha256-${'a'.repeat(64)}.sig`, 'application/vnd.oci.image.config.v1+json'],
])('%s is not a container image', async (_, tag, type) => {
  const scene = new Scene();
  expect(await scene.react(scene.push('a', tag, { 'artifact-media-type': type }))).toEqual([undefined]);
  expect(scene.sageMaker.calls).toEqual([]);
});

describe('labels', () => {
  const pushed = async (labels: Record<string, unknown> | Error, Metadata: object) => {
    const scene = new Scene();
    scene.properties = { ...scene.properties, ReadLabels: true, Metadata };
    scene.labels[digestOf('a')] = labels;
    expect(await scene.react(scene.push('a', 'release-1'))).toEqual([undefined]);
    return scene.describe(1);
  };

  test('are the metadata of the version, and come before that of the feed', async () => {
    expect(await pushed({
      'cdk-sagemaker-images.ml-framework': 'PyTorch 2.4', 'cdk-sagemaker-images.horovod': 'true', 'cdk-sagemaker-images.release-notes': 'Line 1\nLine 2',
    }, { MLFramework: 'PyTorch 1.0', Processor: 'CPU', ReleaseNotes: 'Fixed' })).toMatchObject({
      MLFramework: 'PyTorch 2.4', Horovod: true, Processor: 'CPU', ReleaseNotes: 'Line 1 Line 2 (release-1 pushed 2026-01-01T00:00:00Z)',
    });
  });

  test('that SageMaker does not accept are left out', async () => {
    const version = await pushed({ 'cdk-sagemaker-images.ml-framework': 'PyTorch', 'cdk-sagemaker-images.processor': 'TPU', 'cdk-sagemaker-images.job-type': 7 }, { Processor: 'GPU' });
    expect(version).toMatchObject({ Processor: 'GPU' });
    expect(version).not.toHaveProperty('MLFramework');
    expect(logged()).toContain('cdk-sagemaker-images.ml-framework=PyTorch');
  });

  test.each([['refused', serviceError('ImageNotFoundException')], ['lost', noResponse()]])('that cannot be read (%s) do not stop the release', async (_, error) => {
    expect(await pushed(error, { Processor: 'GPU' })).toMatchObject({ Processor: 'GPU' });
  });
});

describe('a deployment', () => {
  const ATTRIBUTES = (number: number, name: string) => ({
    Version: number, ImageVersionArn: `${ARN}:image-version/torch/${number}`, ImageArn: `${ARN}:image/torch`, ContainerImage: `${REPOSITORY}@${digestOf(name)}`,
  });

  test('makes a version of the newest container image that matches', async () => {
    const scene = new Scene();
    scene.push('old', 'release-1');
    await scene.wait(60);
    scene.push('new', 'release-2');
    await scene.wait(60);
    scene.push('other', 'main');
    scene.stored.push({ name: 'archived', imageDigest: digestOf('archived'), imageTags: ['release-3'], imagePushedAt: new Date('2027-01-01'), imageStatus: 'ARCHIVED' });
    expect(await scene.deploy('Create')).toEqual(ATTRIBUTES(1, 'new'));
    expect(scene.holder).toBe(1);
    expect(await scene.describe(1)).toMatchObject({ ReleaseNotes: '(release-2 pushed 2026-01-01T00:01:00Z)' });
  });

  test('takes over an alias as it is', async () => {
    const scene = new Scene();
    await scene.react(scene.push('a', 'release-1'));
    await scene.wait(60);
    scene.push('b', 'release-2');
    expect(await scene.deploy('Create')).toEqual(ATTRIBUTES(1, 'a'));
    expect(await scene.versions()).toEqual(['1 CREATED a']);
  });

  test('returns the version that events made since, and undoes nothing', async () => {
    const scene = new Scene();
    const a = scene.push('a', 'release-1');
    await scene.deploy('Create');
    await scene.react(a);
    await scene.wait(60);
    await scene.react(scene.push('b', 'release-2'));
    const before = scene.count('UpdateImageVersion');
    expect(await scene.deploy('Update')).toEqual(ATTRIBUTES(2, 'b'));
    expect(scene.count('UpdateImageVersion')).toBe(before);
    expect(await scene.versions()).toEqual(['1 CREATED a', '2 CREATED b']);
  });

  test('makes up for an event that got lost', async () => {
    const scene = new Scene();
    await scene.react(scene.push('a', 'release-1'));
    await scene.wait(60);
    const lost = scene.push('b', 'release-2');
    expect(await scene.deploy('Update')).toEqual(ATTRIBUTES(2, 'b'));
    expect(await scene.react(lost)).toEqual([undefined]);
    expect(await scene.versions()).toEqual(['1 CREATED a', '2 CREATED b']);
  });

  test('at the time of an event makes one version', async () => {
    const scene = new Scene();
    const event = scene.push('a', 'release-1');
    const [, attributes] = await scene.world.settle<any>(scene.reaction(event), scene.deployment('Create'));
    expect(attributes).toMatchObject({ value: ATTRIBUTES(1, 'a') });
    expect(await scene.versions()).toEqual(['1 CREATED a']);
  });

  test('waits for an alias that an event is moving, if something needs the version', async () => {
    const scene = new Scene();
    await scene.react(scene.push('a', 'release-1'));
    const between = async () => {
      while (!scene.sageMaker.calls.some(({ operation, input }) => operation === 'DescribeImageVersion' && input.Alias === 'stable')) {
        await scene.world.sleep(1);
      }
      scene.sageMaker.images.setAlias('torch', 'stable', undefined);
      await scene.world.sleep(5_000);
      scene.sageMaker.images.setAlias('torch', 'stable', 1);
    };
    scene.sageMaker.calls.length = 0;
    const [deployed] = await scene.world.settle<any>(scene.deployment('Create', { Needed: 'true' }), between());
    expect(deployed).toMatchObject({ value: ATTRIBUTES(1, 'a') });
  });

  test('leaves an alias where somebody moved it back to', async () => {
    const scene = new Scene();
    await scene.react(scene.push('a', 'release-1'));
    await scene.wait(60);
    await scene.react(scene.push('b', 'release-2'));
    scene.sageMaker.images.setAlias('torch', 'stable', 1);
    expect(await scene.deploy('Update')).toEqual(ATTRIBUTES(1, 'a'));
    expect(scene.holder).toBe(1);
  });

  test('does not fail because of a new container image that fails', async () => {
    let failure: string | undefined;
    const scene = new Scene({ failure: () => failure });
    await scene.react(scene.push('a', 'release-1'));
    await scene.wait(60);
    failure = 'too large';
    scene.push('b', 'release-2');
    expect(await scene.deploy('Update')).toEqual(ATTRIBUTES(1, 'a'));
    expect(scene.reports).toEqual([expect.objectContaining({ FailedPushes: 1, error: expect.stringContaining('version 2 failed (too large)') })]);
    // The next deployment does not try again.
    await scene.wait(3_600);
    expect(await scene.deploy('Update')).toEqual(ATTRIBUTES(1, 'a'));
    expect(await scene.versions()).toEqual(['1 CREATED a', '2 CREATE_FAILED b']);
  });

  test('fails without a container image only if something needs the version', async () => {
    const scene = new Scene();
    scene.push('a', 'main');
    expect(await scene.deploy('Create', { Needed: 'true' })).toMatchObject({
      message: expect.stringMatching(/^reading repository 'torch' failed: no container image has a tag that matches release-\*, and there is no version yet; .*; push one and deploy again, or /),
    });
    expect(await scene.deploy('Create')).toEqual({});
  });

  test('that removes the feed leaves everything', async () => {
    const scene = new Scene();
    await scene.react(scene.push('a', 'release-1'));
    scene.sageMaker.calls.length = 0;
    expect(await scene.deploy('Delete')).toBeUndefined();
    expect(scene.sageMaker.calls).toEqual([]);
    expect(scene.holder).toBe(1);
  });
});
