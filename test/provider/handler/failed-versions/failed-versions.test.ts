import { FailedVersions } from '../../../../src/provider/handler/failed-versions';
import type { RuleEvent } from '../../../../src/provider/kinds/rule-event';
import { type Behaviour, FakeSageMaker } from '../fake-sagemaker';
import { noResponse, serviceError, World } from '../world';

const ARN = 'arn:aws:sagemaker:eu-west-1:111111111111:';
const BASE = '111111111111.dkr.ecr.eu-west-1.amazonaws.com/torch:a';
const REASON = 'User: role is not authorized to perform: ecr:BatchGetImage on resource: torch because no identity-based policy allows it';
const TOPIC = 'arn:aws:sns:eu-west-1:111111111111:failures';
const TIME = '2026-11-29T05:00:00Z';

beforeEach(() => { jest.spyOn(console, 'log').mockImplementation(); });

/** A version that failed, and what the function reports about it. */
class Scene {
  public readonly world = new World();
  public readonly fake: FakeSageMaker;
  public readonly lines: any[] = [];
  public readonly messages: any[] = [];
  /** The errors of the next calls of Amazon SNS. */
  public readonly refusals: Error[] = [];
  public readonly reaction: FailedVersions;

  constructor(behaviour: Behaviour = {}) {
    this.fake = new FakeSageMaker(this.world, { failure: () => REASON, ...behaviour }).addImage('torch');
    this.reaction = this.process();
  }

  /** Another execution environment. */
  public process(): FailedVersions {
    return new FailedVersions(this.fake, {
      send: async (service, operation, input) => {
        const refusal = this.refusals.shift();
        if (refusal) {
          throw refusal;
        }
        this.messages.push([service, operation, input]);
        return {};
      },
    }, (line) => this.lines.push(JSON.parse(line)));
  }

  public async create(): Promise<void> {
    await this.world.run(this.fake.send('CreateImageVersion', { ImageName: 'torch', BaseImage: BASE }));
  }

  public react(event: RuleEvent = eventOf(), reaction = this.reaction): Promise<Error | undefined> {
    return this.world.run(reaction.react(event, this.world.clock()));
  }
}

function eventOf({ version = 1, time = TIME, properties = {} }: { version?: number; time?: string; properties?: object } = {}): RuleEvent {
  return {
    Reaction: 'FailedVersions',
    Properties: { ReportedBy: 'Stack/Failures', TopicArn: TOPIC, ...properties },
    Detail: { ImageArn: `${ARN}image/torch`, ImageVersionArn: `${ARN}image-version/torch/${version}`, ImageVersionStatus: 'CREATE_FAILED', Version: version, Tags: {} },
    Time: time,
  };
}

test('the reason is in the log, as a metric, and in a message', async () => {
  const scene = new Scene();
  await scene.create();
  expect(await scene.react()).toBeUndefined();
  expect(scene.lines).toEqual([{
    _aws: {
      Timestamp: Date.UTC(2026, 10, 29, 5),
      CloudWatchMetrics: [{ Namespace: 'SageMakerImages', Dimensions: [['ReportedBy']], Metrics: [{ Name: 'FailedVersions', Unit: 'Count' }] }],
    },
    ReportedBy: 'Stack/Failures',
    FailedVersions: 1,
    message: 'image version failed',
    image: 'torch',
    version: 1,
    imageVersionArn: `${ARN}image-version/torch/1`,
    time: TIME,
    containerImage: BASE,
    reason: REASON,
    fix: expect.stringContaining('grant the role of the image ecr:BatchGetImage and ecr:GetDownloadUrlForLayer'),
    source: 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html',
  }]);
  const [[service, operation, { TopicArn, Subject, Message }]] = scene.messages;
  expect([service, operation, TopicArn, Subject]).toEqual(['sns', 'Publish', TOPIC, 'SageMaker image torch: version 1 failed']);
  expect(Message.split('\n')).toEqual([
    `Version 1 of the SageMaker image torch failed at ${TIME}.`,
    '',
    `Reason: ${REASON}`,
    expect.stringMatching(/^Likely fix: grant the role of the image/),
    'Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html',
    `Container image: ${BASE}`,
    `Version: ${ARN}image-version/torch/1`,
    'See https://github.com/cdk-sagemaker-images/cdk-sagemaker-images/blob/main/docs/troubleshooting.md#a-version-failed-to-create',
  ]);
  expect(scene.fake.calls.map(({ operation: call, input }) => [call, input]).slice(1)).toEqual([['DescribeImageVersion', { ImageName: 'torch', Version: 1 }]]);
});

test('without a topic there is no message', async () => {
  const scene = new Scene();
  await scene.create();
  await scene.react(eventOf({ properties: { TopicArn: undefined } }));
  expect([scene.lines.length, scene.messages.length]).toEqual([1, 0]);
});

test.each([[['other'], 0], [['other', 'TORCH'], 1]])('with the images %j, %i versions of torch are reported', async (ImageNames, reports) => {
  const scene = new Scene();
  await scene.create();
  await scene.react(eventOf({ properties: { ImageNames } }));
  expect([scene.lines.length, scene.messages.length]).toEqual([reports, reports]);
  expect(scene.fake.calls).toHaveLength(1 + reports);
});

test('an unknown reason is reported as it is', async () => {
  const scene = new Scene({ failure: () => 'A new kind of trouble' });
  await scene.create();
  await scene.react();
  expect(scene.lines[0]).toMatchObject({ reason: 'A new kind of trouble' });
  expect(scene.lines[0]).not.toHaveProperty('fix');
  expect(scene.messages[0][2].Message).not.toContain('Likely fix');
});

describe('what is known is reported', () => {
  test('if the version is deleted already', async () => {
    const scene = new Scene();
    await scene.react();
    expect(scene.lines[0]).toMatchObject({ reason: 'the version is deleted already; deploy again with cdk deploy --no-rollback, which keeps the failed version' });
    expect(scene.lines[0]).not.toHaveProperty('fix');
    expect(scene.messages).toHaveLength(1);
  });

  test('if the version is being deleted', async () => {
    const scene = new Scene({ versionTime: () => 60_000 });
    await scene.create();
    await scene.world.run(scene.world.sleep(60_000));
    await scene.world.run(scene.fake.send('DeleteImageVersion', { ImageName: 'torch', Version: 1 }));
    await scene.react();
    expect(scene.lines[0]).toMatchObject({ containerImage: BASE, reason: expect.stringContaining('the version is DELETING already') });
  });

  test('if its number is that of another version by now', async () => {
    const scene = new Scene({ failure: () => undefined });
    await scene.create();
    await scene.react();
    expect(scene.lines[0]).toMatchObject({ reason: expect.stringContaining('the version is CREATED already') });
  });

  test('if SageMaker gives no reason', async () => {
    const scene = new Scene();
    await scene.create();
    const { send } = scene.fake;
    Object.assign(scene.fake, { send: async (...call: Parameters<typeof send>) => ({ ...await send(...call), FailureReason: undefined }) });
    await scene.react();
    expect(scene.lines[0]).toMatchObject({ reason: 'SageMaker gives no reason', containerImage: BASE });
  });

  test('if the permission to describe versions is missing for good', async () => {
    const scene = new Scene();
    await scene.create();
    scene.fake.fault({ operation: 'DescribeImageVersion', times: 1_000, error: serviceError('AccessDeniedException', 'is not authorized') });
    await scene.react();
    expect(scene.world.now()).toBeGreaterThan(80_000);
    expect(scene.lines[0]).toMatchObject({ reason: expect.stringMatching(/reading why version 1 of image 'torch' failed failed: AccessDeniedException: .*; grant this action to the role of the Lambda function/) });
    expect(scene.lines[0]).not.toHaveProperty('fix');
  });
});

test.each([
  ['throttling', serviceError('ThrottlingException')], ['a lost response', noResponse()], ['a permission that does not work yet', serviceError('AccessDeniedException')],
])('after %s, the reason is read again', async (_, error) => {
  const scene = new Scene();
  await scene.create();
  scene.fake.fault({ operation: 'DescribeImageVersion', times: 3, error });
  await scene.react();
  expect(scene.lines[0]).toMatchObject({ reason: REASON });
});

test('a description that is older than the event is read again', async () => {
  const scene = new Scene({ versionTime: () => 3_000 });
  await scene.create();
  await scene.react();
  expect(scene.lines[0]).toMatchObject({ reason: REASON });
});

describe('a failure is reported once', () => {
  test('although two events are about it', async () => {
    const scene = new Scene();
    await scene.create();
    await scene.react();
    await scene.react(eventOf({ time: '2026-11-29T05:00:01Z' }));
    expect([scene.lines.length, scene.messages.length]).toEqual([1, 1]);
  });

  test('although the version is deleted before the second event', async () => {
    const scene = new Scene();
    await scene.create();
    await scene.react();
    await scene.world.run(scene.fake.send('DeleteImageVersion', { ImageName: 'torch', Version: 1 }));
    await scene.react(eventOf({ time: '2026-11-29T05:00:01Z' }));
    expect([scene.lines.length, scene.messages.length]).toEqual([1, 1]);
  });

  test('by each construct of a stack', async () => {
    const scene = new Scene();
    await scene.create();
    await scene.react();
    await scene.react(eventOf({ properties: { ReportedBy: 'Stack/Others' } }));
    expect(scene.lines.map(({ ReportedBy }) => ReportedBy)).toEqual(['Stack/Failures', 'Stack/Others']);
  });

  test('but again if the number is used again and fails again', async () => {
    const scene = new Scene({ reusesNumbers: true });
    await scene.create();
    await scene.react();
    await scene.world.run(scene.fake.send('DeleteImageVersion', { ImageName: 'torch', Version: 1 }));
    await scene.world.run(scene.world.sleep(60_000));
    await scene.create();
    await scene.react(eventOf({ time: '2026-11-29T05:01:00Z' }));
    expect([scene.lines.length, scene.messages.length]).toEqual([2, 2]);
  });

  test('except in another process, which does not know of the first report', async () => {
    const scene = new Scene();
    await scene.create();
    await scene.react();
    await scene.react(eventOf(), scene.process());
    expect([scene.lines.length, scene.messages.length]).toEqual([2, 2]);
  });
});

test('a message that is refused is sent when Lambda runs the event again, and the metric counts once', async () => {
  const scene = new Scene();
  await scene.create();
  scene.refusals.push(serviceError('AuthorizationErrorException', 'no'));
  expect(await scene.react()).toMatchObject({ message: 'no' });
  expect([scene.lines.length, scene.messages.length]).toEqual([1, 0]);
  expect(await scene.react()).toBeUndefined();
  expect([scene.lines.length, scene.messages.length]).toEqual([1, 1]);
});

test('the subject fits into 100 characters', async () => {
  const scene = new Scene();
  const name = 'x'.repeat(63);
  await scene.react({ ...eventOf(), Detail: { ImageArn: `${ARN}image/${name}`, ImageVersionArn: `${ARN}image-version/${name}/12345`, Version: 12345 } });
  expect(scene.messages[0][2].Subject.length).toBeLessThanOrEqual(100);
});
