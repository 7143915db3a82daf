import { setTimeout as sleep } from 'timers/promises';
import { CloudWatchLogsClient, DescribeLogGroupsCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateImageCommand, CreateImageVersionCommand, DeleteImageVersionCommand } from '@aws-sdk/client-sagemaker';
import { ListQueuesCommand, Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { App, aws_kms as kms, aws_sns as sns, aws_sns_subscriptions as subscriptions, aws_sqs as sqs, Stack } from 'aws-cdk-lib';
import { Image, ImageVersionFailures } from 'cdk-sagemaker-images';
import { torch, torchApp } from './apps';
import { AppBuilder, Cloud } from './cloud';
import { createExecutionRole, EXECUTION_ROLE } from './domains';
import { ENVIRONMENT } from './environment';
import { granted, used } from './permissions';
import { scenarios } from './scenario';

const scenario = scenarios({
  // CloudFormation looks at a version every few seconds, on AWS too. The rollback begins when it sees that the version has failed.
  settings: { enforce_iam: true, handler_poll_seconds: 3 },
  prepare: async (cloud) => {
    await cloud.pushImages('torch', 'a', 'b');
    await createExecutionRole(cloud);
  },
});

const ARN = `arn:aws:sagemaker:${ENVIRONMENT.region}:${ENVIRONMENT.account}`;
const MISSING = "Requested image not found: 'never-pushed' in the repository 'torch'";

/** Reports failed versions to a topic that a queue subscribes to. */
function failuresIn(stack: Stack, { encrypted = false, images = undefined as string[] | undefined } = {}): void {
  const topic = new sns.Topic(stack, 'Topic', { masterKey: encrypted ? new kms.Key(stack, 'Key') : undefined });
  topic.addSubscription(new subscriptions.SqsSubscription(new sqs.Queue(stack, 'Queue')));
  const failures = new ImageVersionFailures(stack, 'Failures', { topic, images: images?.map((name) => Image.fromImageName(stack, name, name)) });
  failures.metricFailedVersions().createAlarm(stack, 'Alarm', { threshold: 1, evaluationPeriods: 1 });
}

const failuresApp = (options = {}): AppBuilder => (app) => failuresIn(new Stack(app, 'Failures', { env: ENVIRONMENT }), options);

/** An image with a version whose tag was never pushed. */
function broken(app: App): void {
  const stack = new Stack(app, 'Images', { env: ENVIRONMENT });
  new Image(stack, 'Torch', { imageName: 'torch' }).addVersion('A', { baseImage: torch(stack, 'never-pushed') });
}

/** The lines in the logs of all functions that are metrics. */
async function reports(cloud: Cloud, count: number): Promise<any[]> {
  const client = cloud.client(CloudWatchLogsClient);
  for (const deadline = Date.now() + 20_000; ; await sleep(200)) {
    const { logGroups = [] } = await client.send(new DescribeLogGroupsCommand({}));
    const pages = await Promise.all(logGroups.map(({ logGroupName }) => client.send(new FilterLogEventsCommand({ logGroupName }))));
    const found = pages.flatMap(({ events = [] }) => events).filter(({ message }) => message!.startsWith('{"_aws"')).map(({ message }) => JSON.parse(message!));
    if (found.length >= count || Date.now() > deadline) {
      return found;
    }
  }
}

/** The messages of the queue. */
async function messages(cloud: Cloud): Promise<{ Subject: string; Message: string }[]> {
  const client = cloud.client(SQSClient);
  const { QueueUrls: [QueueUrl] = [] } = await client.send(new ListQueuesCommand({}));
  const all: Message[] = [];
  for (const deadline = Date.now() + 10_000; all.length === 0 && Date.now() < deadline; await sleep(200)) {
    all.push(...(await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))).Messages ?? []);
  }
  return all.map(({ Body }) => JSON.parse(Body!));
}

scenario('the reason is in the log, in a message and in the metric, although the rollback deletes the version', async (cloud) => {
  const since = new Date();
  await cloud.deploy(failuresApp({ encrypted: true }));
  expect(await cloud.failToDeploy(broken)).not.toContain(MISSING);
  expect(await cloud.stackStatus('Images')).toBe('ROLLBACK_COMPLETE');
  expect(await cloud.images()).toEqual([]);

  expect(await reports(cloud, 1)).toMatchObject([{
    _aws: { CloudWatchMetrics: [{ Namespace: 'SageMakerImages', Dimensions: [['ReportedBy']], Metrics: [{ Name: 'FailedVersions' }] }] },
    ReportedBy: 'Failures/Failures',
    FailedVersions: 1,
    image: 'torch',
    version: 1,
    imageVersionArn: `${ARN}:image-version/torch/1`,
    containerImage: expect.stringMatching(/torch:never-pushed$/),
    reason: MISSING,
    fix: expect.stringMatching(/^push the container image/),
  }]);
  const [{ Subject, Message: text }] = await messages(cloud);
  expect(Subject).toBe('SageMaker image torch: version 1 failed');
  expect(text).toContain(`Reason: ${MISSING}\nLikely fix: push the container image`);

  const permissions = (await granted(cloud, 'SageMakerImages')).filter((permission) => !/^logs/.test(permission));
  expect(permissions).toEqual([
    expect.stringMatching(/^kms:Decrypt arn:aws:kms:/),
    expect.stringMatching(/^kms:GenerateDataKey arn:aws:kms:/),
    `sagemaker:DescribeImageVersion ${ARN}:image-version/*/*`,
    expect.stringMatching(/^sns:Publish arn:aws:sns:.*Topic/),
  ]);
  // The offline AWS does not encrypt messages.
  const called = (await used(cloud, 'SageMakerImages', since)).filter((permission) => !/^logs/.test(permission));
  expect(called).toEqual([`sagemaker:DescribeImageVersion ${ARN}:image-version/torch/1`, permissions[3]]);
});

scenario('a first deployment of the stack that has the rule reports the failure, because versions wait for the rule', async (cloud) => {
  await cloud.failToDeploy((app) => {
    broken(app);
    failuresIn(app.node.findChild('Images') as Stack);
  });
  expect(await cloud.stackStatus('Images')).toBe('ROLLBACK_COMPLETE');
  // The log group and the queue are gone with the stack.
  const runs = await cloud.control('lambda-log') as { function: string; lines: string[] }[];
  expect(runs.filter((run) => run.function.startsWith('Images-')).flatMap(({ lines }) => lines).filter((line) => line.startsWith('{"_aws"')).map((line) => JSON.parse(line)))
    .toMatchObject([{ image: 'torch', version: 1, reason: MISSING }]);
});

scenario('events that come twice or with another spelling are reported', async (cloud) => {
  await cloud.set({ event_copies: 2, event_status_case: 'CreateFailed' });
  await cloud.deploy(failuresApp());
  await cloud.failToDeploy(broken);
  const [first, ...others] = await reports(cloud, 2);
  expect(first).toMatchObject({ reason: MISSING });
  // Each invocation has a process of its own here, so that the second event may be reported again.
  expect(others.length).toBeLessThanOrEqual(1);
});

scenario('when the version is gone before its reason is read, the report says so', async (cloud) => {
  await cloud.deploy(failuresApp());
  await cloud.set({ handler_poll_seconds: 0.05, event_seconds: 8 });
  await cloud.failToDeploy(broken);
  expect(await reports(cloud, 1)).toMatchObject([{ image: 'torch', version: 1, reason: expect.stringContaining('the version is deleted already; deploy again with cdk deploy --no-rollback') }]);
});

scenario('versions of other images are not reported, and those that no stack creates are', async (cloud) => {
  await cloud.deploy(failuresApp({ images: ['theirs'] }));
  await cloud.failToDeploy(broken);
  await cloud.sageMaker.send(new CreateImageCommand({ ImageName: 'theirs', RoleArn: EXECUTION_ROLE }));
  await sleep(1_000);
  await cloud.sageMaker.send(new CreateImageVersionCommand({ ImageName: 'theirs', BaseImage: `${ENVIRONMENT.account}.dkr.ecr.us-east-1.amazonaws.com/torch:gone`, ClientToken: 'c' }));
  expect(await reports(cloud, 1)).toMatchObject([{ image: 'theirs', version: 1, imageVersionArn: `${ARN}:image-version/theirs/1` }]);
  await cloud.sageMaker.send(new DeleteImageVersionCommand({ ImageName: 'theirs', Version: 1 }));
});

scenario('versions that are created are not reported, and the stack can be updated and deleted', async (cloud) => {
  const before = Date.now() / 1_000;
  await cloud.deploy(failuresApp());
  await cloud.deploy(torchApp({ A: { tag: 'a' } }));
  await cloud.deploy(failuresApp({ images: ['torch'] }));
  await cloud.deploy(torchApp({ A: { tag: 'b' } }));
  await sleep(1_000);
  const runs = await cloud.control('lambda-log') as { time: number }[];
  expect(runs.filter(({ time }) => time > before)).toEqual([]);
  await cloud.destroy(failuresApp({ images: ['torch'] }));
  expect(await cloud.stackStatus('Failures')).toBeUndefined();
});
