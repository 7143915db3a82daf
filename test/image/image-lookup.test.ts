import { App, aws_ecr as ecr, aws_iam as iam, aws_ssm as ssm, CfnParameter, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import {
  AppImageConfig, BaseImage, Image, ImageLookupOptions, ImageVersionLookup, StudioApp, StudioAttachment, StudioTarget,
} from 'cdk-sagemaker-images';
import { agnosticStack, errorOf, HERE, TROUBLESHOOTING, warningsOf } from '../helpers/fixtures';
import { statementsIn } from '../helpers/policies';

const ROLE = 'arn:aws:iam::111111111111:role/service-role/torch-images';
/** The key of the look-up in cdk.context.json. */
const keyOf = (arn: string) => `cc-api-provider:account=111111111111:exactIdentifier=${arn.replace(/:/g, '$:')}:propertiesToReturn.0=ImageRoleArn:region=eu-west-1:typeName=AWS$:$:SageMaker$:$:Image`;
const ARN = 'arn:aws:sagemaker:eu-west-1:111111111111:image/torch';
const KEY = keyOf(ARN);

function stackWith(context: Record<string, unknown> = {}): Stack {
  return new Stack(new App({ context }), 'Stack', { env: HERE });
}

const found = (...images: unknown[]) => stackWith({ [KEY]: images });

/** The properties of a query without those of the CDK. */
function known({ dummyValue, lookupRoleArn, ...props }: Record<string, unknown>): object {
  return props;
}

/** The queries that the CDK CLI gets. */
const missingIn = (stack: Stack) => ((stack.node.root as App).synth().manifest.missing ?? [])
  .map(({ key, provider, props }) => ({ key, provider, props: known({ ...props }) }));

/** Uses the image in all ways. */
function use(stack: Stack, image = Image.fromLookup(stack, 'Torch', { imageName: 'torch' })): void {
  image.addVersion('Version', { baseImage: BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch'), '1.0.0') });
  const imageVersion = new ImageVersionLookup(stack, 'Latest', { image });
  new StudioAttachment(stack, 'Attachment', {
    imageVersion, appImageConfig: new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab() }), target: StudioTarget.existingDomain('d-abc123'),
  });
  image.grants.readVersions((image as unknown as { role: iam.IRole }).role);
}

describe('the first synth', () => {
  test('asks the CDK CLI for the role of the image', () => {
    const stack = stackWith();
    use(stack);
    expect(missingIn(stack)).toEqual([{
      key: KEY,
      provider: 'cc-api-provider',
      props: { account: '111111111111', region: 'eu-west-1', typeName: 'AWS::SageMaker::Image', exactIdentifier: ARN, propertiesToReturn: ['ImageRoleArn'] },
    }]);
  });

  test('has dummy values that pass all checks', () => {
    const stack = stackWith();
    use(stack);
    expect(Annotations.fromStack(stack).findError('*', Match.anyValue())).toEqual([]);
    expect(warningsOf(stack).filter(({ path }) => path.startsWith('Stack/Torch'))).toEqual([]);
    Template.fromStack(stack).resourceCountIs('AWS::SageMaker::ImageVersion', 1);
  });

  test('waits for a name that is looked up too', () => {
    const stack = stackWith();
    use(stack, Image.fromLookup(stack, 'Torch', { imageName: ssm.StringParameter.valueFromLookup(stack, '/images/torch') }));
    expect(missingIn(stack).map(({ provider }) => provider)).toEqual(['ssm']);
  });

  test('asks once for an image that several stacks of a stage look up', () => {
    const app = new App();
    const stage = new Stage(app, 'Stage', { env: HERE });
    ['One', 'Two'].forEach((id) => use(new Stack(stage, id)));
    expect(new Set(stage.synth().manifest.missing!.map(({ key }) => key)).size).toBe(1);
  });
});

describe('a later synth', () => {
  test('uses the role in cdk.context.json, which is granted the pull', () => {
    const stack = found({ ImageRoleArn: ROLE, Identifier: ARN });
    use(stack);
    expect(missingIn(stack)).toEqual([]);
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      Roles: ['torch-images'],
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'] })]) },
    });
    expect(warningsOf(stack).map(({ id }) => id)).not.toContain('cdk-sagemaker-images:baseImagePullNotGranted');
    expect(statementsIn(stack).length).toBeGreaterThan(0);
  });

  test('gives the image its name and ARN', () => {
    const stack = stackWith({ [keyOf('arn:aws:sagemaker:eu-west-1:111111111111:image/pytorch.gpu')]: [{ ImageRoleArn: ROLE }] });
    const image = Image.fromLookup(stack, 'Torch', { imageName: 'PyTorch.GPU' });
    expect(image.imageName).toBe('PyTorch.GPU');
    expect(image.env).toEqual(HERE);
    expect(stack.resolve(image.imageArn)).toEqual({ 'Fn::Sub': 'arn:${AWS::Partition}:sagemaker:eu-west-1:111111111111:image/pytorch.gpu' });
    expect(missingIn(stack)).toEqual([]);
  });

  test('has the same logical ids as the first', () => {
    const [first, second] = [stackWith(), found({ ImageRoleArn: ROLE })].map((stack) => {
      use(stack);
      return Object.keys(Template.fromStack(stack).toJSON().Resources);
    });
    expect(second).toEqual(first);
  });
});

test('the partition is that of the Region', () => {
  const stack = new Stack(new App(), 'Stack', { env: { account: '111111111111', region: 'cn-north-1' } });
  Image.fromLookup(stack, 'Torch', { imageName: 'torch' });
  expect(missingIn(stack)[0].props).toMatchObject({ exactIdentifier: 'arn:aws-cn:sagemaker:cn-north-1:111111111111:image/torch' });
});

test('an image that the CDK CLI did not find is one error, which names the image and where it was looked for', () => {
  const message = `No resource of type AWS::SageMaker::Image with identifier: ${ARN}`;
  const stack = stackWith({ [KEY]: { $providerError: message } });
  use(stack);
  expect(Annotations.fromStack(stack).findError('*', Match.anyValue()).map(({ id, entry }) => [id, entry.data])).toEqual([['/Stack/Torch',
    `looking up image 'torch' in 111111111111/eu-west-1 failed: ${message}: check the name, and the account and Region of the stack. See ${TROUBLESHOOTING}#a-look-up-during-synth-fails`]]);
});

test.each<[unknown, string]>([
  [[], '0 images'],
  [[{ ImageRoleArn: ROLE }, { ImageRoleArn: ROLE }], '2 images'],
  [{}, '0 images'],
  ['torch', '0 images'],
  [[{}], 'undefined as the role of the image'],
  [[null], 'undefined as the role of the image'],
  [[{ ImageRoleArn: 'torch' }], "'torch' as the role of the image"],
])('the context value %j is an error with the command that resets it', (value, has) => {
  expect(errorOf(() => Image.fromLookup(stackWith({ [KEY]: value }), 'Torch', { imageName: 'torch' })))
    .toBe(`Stack/Torch: 1 problem\n  the context has ${has} instead of one image with a role: look it up again with 'cdk context --reset "${KEY}"'`);
});

describe('an error of the app', () => {
  const problemsOf = (stack: Stack, options: any) => errorOf(() => Image.fromLookup(stack, 'Torch', options as ImageLookupOptions));
  const ENV = '  the stack has no account and Region, which a look-up during synth needs: set env of the stack, or use Image.fromImageName';
  const UNKNOWN = '  imageName is unknown during synth, but the look-up needs it: give a string, or use Image.fromImageName';

  test('is a stack without an account or a Region', () => {
    expect(problemsOf(agnosticStack(), { imageName: 'torch' })).toBe(`Stack/Torch: 1 problem\n${ENV}`);
    expect(problemsOf(new Stack(new App(), 'Stack', { env: { region: 'eu-west-1' } }), { imageName: 'torch' })).toBe(`Stack/Torch: 1 problem\n${ENV}`);
  });

  test('is a name that is unknown during synth', () => {
    const stack = agnosticStack();
    expect(problemsOf(stack, { imageName: new CfnParameter(stack, 'Name').valueAsString })).toBe(`Stack/Torch: 2 problems\n${UNKNOWN}\n${ENV}`);
    expect(problemsOf(stackWith(), { imageName: '{{resolve:ssm:/images/torch}}' })).toBe(`Stack/Torch: 1 problem\n${UNKNOWN}`);
  });

  test('is a name that is missing or not valid', () => {
    expect(problemsOf(stackWith(), undefined)).toContain('options is missing');
    expect(problemsOf(stackWith(), {})).toContain('imageName is missing');
    expect(problemsOf(stackWith(), { imageName: '' })).toContain('imageName is empty');
    expect(problemsOf(stackWith(), { imageName: 'to--rch' })).toContain("imageName 'to--rch' is not a valid image name");
  });
});
