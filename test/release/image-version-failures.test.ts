import { App, aws_iam as iam, aws_kms as kms, aws_sagemaker as sagemaker, aws_sns as sns, CfnParameter, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { BaseImage, Image, ImagesProvider, ImageVersionFailures, ImageVersionFailuresProps, ImageVersionLookup, ImageVersionSelector, StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { dependOnStack } from '../../src/private/dependencies';
import { DeploymentGraph } from '../helpers/deployment-graph';
import { agnosticStack, baseImage, errorOf, HERE, OTHER_REGION, stackIn, warningsOf } from '../helpers/fixtures';
import { allowedIn } from '../helpers/policies';
import { domainIn } from '../helpers/studio';

const failuresIn = (stack: Stack, props?: ImageVersionFailuresProps) => new ImageVersionFailures(stack, 'Failures', props);

/** The properties that the function gets. */
function sent(stack: Stack): unknown {
  const [{ Properties: { Targets: [{ InputTransformer: { InputTemplate: template } }] } }] = Object.values(Template.fromStack(stack).findResources('AWS::Events::Rule'));
  const text = typeof template === 'string' ? template : template['Fn::Join'][1].map((part: any) => typeof part === 'string' ? part : `\${${Object.values(part)[0]}}`).join('');
  return JSON.parse(text.replace(/<\w+>/g, '0'));
}

describe('by default', () => {
  test('all versions that fail are reported', () => {
    const stack = stackIn();
    failuresIn(stack);
    expect(sent(stack)).toEqual({ Reaction: 'FailedVersions', Properties: { ReportedBy: 'Stack/Failures' }, Detail: 0, Time: 0 });
    Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        'source': ['aws.sagemaker'],
        'detail-type': ['SageMaker Image Version State Change'],
        'detail': { ImageVersionStatus: [{ 'equals-ignore-case': 'CREATE_FAILED' }, { 'equals-ignore-case': 'CREATED_FAILED' }, { 'equals-ignore-case': 'CreateFailed' }] },
      },
    });
  });

  test('the function may describe versions, and nothing else', () => {
    const stack = stackIn();
    failuresIn(stack);
    const arn = (rest: string) => `arn:aws:sagemaker:eu-west-1:111111111111:${rest}`;
    expect(allowedIn(stack,
      ['sagemaker:DescribeImageVersion', 'sagemaker:DescribeImage', 'sagemaker:DeleteImageVersion', 'sagemaker:ListImageVersions', 'sns:Publish'],
      [arn('image/a'), arn('image-version/a/1'), 'arn:aws:sns:eu-west-1:111111111111:t', 'arn:aws:sagemaker:us-east-1:111111111111:image-version/a/1'],
    )).toEqual([`sagemaker:DescribeImageVersion ${arn('image-version/a/1')}`]);
  });

  test('there are no warnings', () => {
    const stack = stackIn();
    failuresIn(stack);
    expect(warningsOf(stack)).toEqual([]);
  });
});

test('images limit what is reported, and what the function may describe', () => {
  const stack = stackIn();
  const name = new CfnParameter(stack, 'Name').valueAsString;
  failuresIn(stack, {
    images: [new Image(stack, 'Own', { imageName: 'own' }), Image.fromImageName(stack, 'Imported', 'Imported'), new sagemaker.CfnImage(stack, 'L1', { imageName: name, imageRoleArn: 'arn:aws:iam::111111111111:role/r' })],
  });
  expect(sent(stack)).toMatchObject({ Properties: { ImageNames: ['own', 'Imported', '${Name}'] } });
  const version = (image: string) => `arn:aws:sagemaker:eu-west-1:111111111111:image-version/${image}/1`;
  expect(allowedIn(stack, ['sagemaker:DescribeImageVersion'], ['own', 'Imported', 'imported', 'other'].map(version)))
    .toEqual(['own', 'Imported', 'imported'].map((image) => `sagemaker:DescribeImageVersion ${version(image)}`));
});

test('one hundred images with long names fit into the template of the rule', () => {
  const stack = stackIn();
  failuresIn(stack, { images: Array.from({ length: 100 }, (_, index) => Image.fromImageName(stack, `I${index}`, `${index}`.padStart(63, 'x'))) });
  const [{ Properties: { Targets: [{ InputTransformer: { InputTemplate: template } }] } }] = Object.values(Template.fromStack(stack).findResources('AWS::Events::Rule'));
  expect(template.length).toBeLessThan(8_192);
});

describe('a topic', () => {
  const permissions = (stack: Stack) => Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy')).flatMap(({ Properties }) => Properties.PolicyDocument.Statement);

  test('gets messages, for which the function has the permission', () => {
    const stack = stackIn();
    failuresIn(stack, { topic: new sns.Topic(stack, 'Topic') });
    const topic = { Ref: Match.stringLikeRegexp('^Topic') };
    expect(sent(stack)).toMatchObject({ Properties: { TopicArn: expect.stringMatching(/^\$\{Topic/) } });
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', { PolicyDocument: { Statement: Match.arrayWith([{ Action: 'sns:Publish', Effect: 'Allow', Resource: topic }]) } });
  });

  test('with a key needs its use', () => {
    const stack = stackIn();
    failuresIn(stack, { topic: new sns.Topic(stack, 'Topic', { masterKey: new kms.Key(stack, 'Key') }) });
    expect(permissions(stack)).toContainEqual({ Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Effect: 'Allow', Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] } });
  });

  test('can be imported or an L1', () => {
    for (const topic of [
      (stack: Stack) => sns.Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:eu-west-1:111111111111:t'), (stack: Stack) => new sns.CfnTopic(stack, 'Topic'),
    ]) {
      const stack = stackIn();
      failuresIn(stack, { topic: topic(stack) });
      expect(permissions(stack).filter(({ Action }) => Action === 'sns:Publish')).toHaveLength(1);
      expect(permissions(stack).filter(({ Action }) => /kms/.test(Action))).toEqual([]);
    }
  });
});

describe('the metric', () => {
  test('counts what this construct reported', () => {
    const stack = stackIn();
    failuresIn(stack).metricFailedVersions().createAlarm(stack, 'Alarm', { threshold: 1, evaluationPeriods: 1 });
    Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'SageMakerImages', MetricName: 'FailedVersions', Dimensions: [{ Name: 'ReportedBy', Value: 'Stack/Failures' }], Statistic: 'Sum', Period: 300,
    });
  });

  test('takes the usual options', () => {
    const { label, period } = failuresIn(stackIn()).metricFailedVersions({ label: 'x' });
    expect([label, period.toSeconds()]).toEqual(['x', 300]);
  });

  test('of a nested stack has the name that the stack gets', () => {
    const nested = new NestedStack(stackIn(), 'Nested');
    failuresIn(nested);
    expect(sent(nested)).toMatchObject({ Properties: { ReportedBy: expect.stringMatching(/\$\{.*\}\/Failures$/) } });
  });
});

describe('versions wait for the rule and its permission', () => {
  const permissionOf = (stack: Stack) => Object.keys(Template.fromStack(stack).findResources('AWS::Lambda::Permission'))[0];
  const waiting = (stack: Stack) => Object.values(Template.fromStack(stack).findResources('AWS::SageMaker::ImageVersion')).map(({ DependsOn }) => [DependsOn].flat());

  test('those of the same stack, declared before and after it', () => {
    const stack = stackIn();
    new Image(stack, 'One', { imageName: 'one' }).addVersion('A', { baseImage: baseImage('1') });
    failuresIn(stack);
    new sagemaker.CfnImageVersion(stack, 'Raw', { imageName: 'raw', baseImage: '111111111111.dkr.ecr.eu-west-1.amazonaws.com/torch:1' });
    expect(waiting(stack).map((targets) => targets.includes(permissionOf(stack)))).toEqual([true, true]);
  });

  test('those of nested stacks and of other stacks', () => {
    const app = new App();
    const versions = new Stack(app, 'Versions', { env: HERE });
    const nested = new NestedStack(versions, 'Nested');
    new Image(nested, 'One').addVersion('A', { baseImage: baseImage('1') });
    const stack = new Stack(app, 'Stack', { env: HERE });
    failuresIn(stack);
    app.synth();
    expect(versions.dependencies).toEqual([stack]);
  });

  test('not those of other images', () => {
    const stack = stackIn();
    const image = new Image(stack, 'One', { imageName: 'one' });
    [image, new Image(stack, 'Two', { imageName: 'two' })].forEach((one) => one.addVersion('A', { baseImage: baseImage('1') }));
    failuresIn(stack, { images: [image] });
    expect(waiting(stack).map((targets) => targets.includes(permissionOf(stack)))).toEqual([true, false]);
  });

  test('not those of another Region or stage', () => {
    const app = new App();
    const elsewhere = new Stack(app, 'Elsewhere', { env: OTHER_REGION });
    const staged = new Stack(new Stage(app, 'Stage'), 'Staged', { env: HERE });
    const uri = (region: string) => BaseImage.fromUri(`111111111111.dkr.ecr.${region}.amazonaws.com/torch:1`);
    [elsewhere, staged].forEach((stack) => new Image(stack, 'One').addVersion('A', { baseImage: uri(stack.region) }));
    failuresIn(new Stack(app, 'Stack', { env: HERE }));
    app.synth();
    expect(elsewhere.dependencies).toEqual([]);
    expect(staged.dependencies).toEqual([]);
  });

  test('not those of a stack that it depends on', () => {
    const app = new App();
    const versions = new Stack(app, 'Versions', { env: HERE });
    const image = new Image(versions, 'One');
    image.addVersion('A', { baseImage: baseImage('1') });
    const stack = new Stack(app, 'Stack', { env: HERE });
    failuresIn(stack, { images: [image] });
    // Newer releases of aws-cdk-lib call it by another name.
    dependOnStack(stack, versions, 'test');
    app.synth();
    expect(versions.dependencies).toEqual([]);
  });

  test('not a version that the rule waits for', () => {
    const stack = stackIn();
    const image = new Image(stack, 'One', { imageName: 'one' });
    const version = image.addVersion('A', { baseImage: baseImage('1') });
    const topic = new sns.Topic(stack, 'Topic', { displayName: version.versionAsString });
    failuresIn(stack, { topic });
    expect(waiting(stack).map((targets) => targets.includes(permissionOf(stack)))).toEqual([false]);
  });

  test('in a stack with the domain that they are attached to', () => {
    const stack = stackIn();
    failuresIn(stack);
    const executionRole = new iam.Role(stack, 'Execution', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    const domain = domainIn(stack, { defaultUserSettings: { executionRole: executionRole.roleArn } });
    new StudioImage(stack, 'Image', { imageName: 'one', baseImage: baseImage('1'), app: StudioApp.jupyterLab(), attachTo: [StudioTarget.domain(domain)] });
    // By its id, as the domain of somebody else.
    new StudioImage(stack, 'Other', {
      imageName: 'other', baseImage: baseImage('2'), app: StudioApp.codeEditor(), attachTo: [StudioTarget.existingUserProfile(domain.ref, 'user')],
    });
    expect(waiting(stack).map((targets) => targets.includes(permissionOf(stack)))).toEqual([true, true]);
    expect(DeploymentGraph.of(stack.node.root as App).cycle()).toBeUndefined();
  });

  test('in a stack with attachments and look-ups too', () => {
    const stack = stackIn();
    failuresIn(stack);
    const image = new StudioImage(stack, 'Image', {
      imageName: 'one', baseImage: baseImage('1'), app: StudioApp.jupyterLab(), attachTo: [StudioTarget.existingDomain('d-1')],
    });
    new ImageVersionLookup(stack, 'Lookup', { image: image.image, version: ImageVersionSelector.number(image.imageVersion.version) });
    expect(waiting(stack).map((targets) => targets.includes(permissionOf(stack)))).toEqual([true]);
    expect(DeploymentGraph.of(stack.node.root as App).cycle()).toBeUndefined();
  });
});

describe('stacks', () => {
  test('without an environment', () => {
    const stack = agnosticStack();
    new Image(stack, 'One').addVersion('A', { baseImage: baseImage('1') });
    failuresIn(stack);
    expect(JSON.stringify(sent(stack))).toContain('FailedVersions');
  });

  test('with a role of the app that cannot change', () => {
    const stack = stackIn();
    ImagesProvider.configure(stack, { role: iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111111111111:role/own', { mutable: false }) });
    failuresIn(stack);
    expect(warningsOf(stack).map(({ text }) => text).join()).toContain('sagemaker:DescribeImageVersion on arn:${AWS::Partition}:sagemaker:eu-west-1:111111111111:image-version/*/*');
  });
});

test.each<[string, (stack: Stack) => unknown, string[]]>([
  ['no images', () => [], ['images has 0 images, 1 to 100 are allowed: leave it out for all images of the account and Region']],
  ['many images', (stack) => Array.from({ length: 101 }, (_, index) => Image.fromImageName(stack, `I${index}`, `i${index}`)), ['images has 101 images, 1 to 100 are allowed: leave it out for all images of the account and Region']],
  ['an image of another Region', (stack) => [Image.fromImageArn(stack, 'I', 'arn:aws:sagemaker:us-east-1:111111111111:image/i')], [expect.stringMatching(/us-east-1/) as unknown as string]],
])('%s: an error', (_, images, problems) => {
  const stack = stackIn();
  const lines = errorOf(() => failuresIn(stack, { images: images(stack) as Image[] }))?.split('\n  ');
  expect(lines).toEqual([`Stack/Failures: ${problems.length} problem`, ...problems]);
});

test.each<[string, (stack: Stack) => sns.ITopicRef, string]>([
  ['a FIFO topic', (stack) => new sns.Topic(stack, 'Topic', { fifo: true }), 'topic is a FIFO topic, which needs a group for each message: use a standard topic'],
  ['a FIFO L1', (stack) => new sns.CfnTopic(stack, 'Topic', { fifoTopic: true }), 'topic is a FIFO topic, which needs a group for each message: use a standard topic'],
  ['an imported FIFO topic', (stack) => sns.Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:eu-west-1:111111111111:t.fifo'), 'topic is a FIFO topic, which needs a group for each message: use a standard topic'],
  ['a topic of another Region', (stack) => sns.Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:us-east-1:111111111111:t'), 'topic is in us-east-1 and the stack in eu-west-1: use a topic in the Region of the stack'],
])('%s: an error', (_, topic, problem) => {
  const stack = stackIn();
  expect(errorOf(() => failuresIn(stack, { topic: topic(stack) }))).toBe(`Stack/Failures: 1 problem\n  ${problem}`);
});

test('all problems are in one error', () => {
  const stack = stackIn();
  expect(errorOf(() => failuresIn(stack, { images: ['torch' as any], topic: sns.Topic.fromTopicArn(stack, 'T', 'arn:aws:sns:eu-west-1:111111111111:*') }))).toBe([
    'Stack/Failures: 2 problems',
    "  images[0] must be an Image, an import or a CfnImage, got 'torch'",
    "  the ARN of topic 'arn:aws:sns:eu-west-1:111111111111:*' has a wildcard or a variable, which would extend permissions to other resources: give the ARN of one resource",
  ].join('\n'));
});
