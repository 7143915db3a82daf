import { App, Aws, aws_iam as iam, CfnOutput, CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { IImage, Image, ImageGrants } from 'cdk-sagemaker-images';
import { agnosticStack, baseImage, errorOf, HERE, OTHER_ACCOUNT, OTHER_REGION, stackIn } from '../helpers/fixtures';

const ARN = 'arn:aws:sagemaker:eu-west-1:111111111111:image/torch';

describe('an image imported by its ARN', () => {
  test('has that ARN and its name', () => {
    const image = Image.fromImageArn(stackIn(), 'Import', ARN);
    expect([image.imageArn, image.imageRef.imageArn, image.imageName]).toEqual([ARN, ARN, 'torch']);
  });

  test('is in the account and Region of the ARN, not of the stack', () => {
    const image = Image.fromImageArn(stackIn(HERE), 'Import', 'arn:aws:sagemaker:us-east-1:222222222222:image/torch');
    expect(image.env).toEqual({ account: '222222222222', region: 'us-east-1' });
  });

  test.each([
    'arn:aws-cn:sagemaker:cn-north-1:111111111111:image/torch',
    'arn:aws-us-gov:sagemaker:us-gov-west-1:111111111111:image/a.b-c',
    'arn:aws-iso-b:sagemaker:us-isob-east-1:111111111111:image/t',
    `arn:aws:sagemaker:eu-west-1:111111111111:image/${'a'.repeat(63)}`,
  ])('accepts %s', (arn) => {
    expect(Image.fromImageArn(stackIn(), 'Import', arn).imageArn).toBe(arn);
  });

  test.each([
    'torch',
    'arn:aws:sagemaker:eu-west-1:111111111111:image/',
    'arn:aws:sagemaker:eu-west-1:111111111111:image-version/torch/1',
    'arn:aws:sagemaker:eu-west-1:111111111111:image/torch/1',
    'arn:aws:ecr:eu-west-1:111111111111:image/torch',
    'arn:aws:sagemaker:eu-west-1:1111:image/torch',
    'arn:aws:sagemaker::111111111111:image/torch',
    'arn:aws:sagemaker:eu-west-1:111111111111:image/to--rch',
  ])('rejects %s', (arn) => {
    expect(errorOf(() => Image.fromImageArn(stackIn(), 'Import', arn))).toBe(
      `Stack/Import: 1 problem\n  imageArn '${arn}' is not a valid ARN of an image: give 'arn:<partition>:sagemaker:<region>:<account>:image/<name>'`);
  });

  test('rejects a name that is too long', () => {
    const arn = `arn:aws:sagemaker:eu-west-1:111111111111:image/${'a'.repeat(64)}`;
    expect(errorOf(() => Image.fromImageArn(stackIn(), 'Import', arn)))
      .toBe('Stack/Import: 1 problem\n  imageName has 64 characters, at most 63 are allowed');
  });

  test('splits an ARN that is a token at deploy time', () => {
    const stack = agnosticStack();
    const image = Image.fromImageArn(stack, 'Import', new CfnParameter(stack, 'Arn').valueAsString);
    const part = (separator: string, index: number, of: unknown = { Ref: 'Arn' }) => ({ 'Fn::Select': [index, { 'Fn::Split': [separator, of] }] });
    expect(stack.resolve([image.imageArn, image.imageName])).toEqual([{ Ref: 'Arn' }, part('/', 1, part(':', 5))]);
    expect(stack.resolve(image.env)).toEqual({ region: part(':', 3), account: part(':', 4) });
  });

  test('uses the known parts of an ARN with tokens at synth time', () => {
    const image = Image.fromImageArn(agnosticStack(), 'Import', `arn:aws:sagemaker:${Aws.REGION}:${Aws.ACCOUNT_ID}:image/torch`);
    expect([image.imageName, image.env.region, image.env.account]).toEqual(['torch', Aws.REGION, Aws.ACCOUNT_ID]);
  });
});

describe('an image imported by its name', () => {
  test('has the ARN of that name in the account and Region of the stack', () => {
    const stack = stackIn();
    const image = Image.fromImageName(stack, 'Import', 'torch');
    expect(image.imageName).toBe('torch');
    expect(image.env).toEqual(HERE);
    expect(stack.resolve(image.imageArn)).toEqual({ 'Fn::Sub': 'arn:${AWS::Partition}:sagemaker:eu-west-1:111111111111:image/torch' });
  });

  // SageMaker lower-cases names in ARNs, so a policy with the original name would never match.
  test('keeps the case of the name, and lower-cases it in the ARN', () => {
    const stack = stackIn();
    const image = Image.fromImageName(stack, 'Import', 'PyTorch.GPU');
    expect(image.imageName).toBe('PyTorch.GPU');
    expect(JSON.stringify(stack.resolve(image.imageArn))).toContain(':image/pytorch.gpu"');
  });

  test('accepts a name that is a token', () => {
    const stack = stackIn();
    const image = Image.fromImageName(stack, 'Import', Fn.importValue('TorchName'));
    expect(stack.resolve(image.imageName)).toEqual({ 'Fn::ImportValue': 'TorchName' });
    expect(stack.resolve(image.imageArn)).toEqual({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':sagemaker:eu-west-1:111111111111:image/', { 'Fn::ImportValue': 'TorchName' }]],
    });
  });

  test.each([['', /imageName is empty/], ['torch_gpu', /imageName 'torch_gpu' is not a valid image name: use letters and digits, with single hyphens or dots between them/], ['a'.repeat(64), /imageName has 64 characters/]])(
    'rejects %p', (name, problem) => {
      expect(() => Image.fromImageName(stackIn(), 'Import', name)).toThrow(problem);
    });

  test('reports errors with its path before it exists', () => {
    expect(errorOf(() => Image.fromImageName(stackIn(), 'Import', '-'))).toMatch(/^Stack\/Import: 1 problem\n {2}imageName '-' is not a valid image name: /);
  });
});

describe('an image imported with its role', () => {
  test('grants that role the pull of a new version', () => {
    const stack = stackIn();
    const role = iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111111111111:role/torch-role');
    const image = Image.fromImageAttributes(stack, 'Import', { imageName: 'torch', role });
    image.addVersion('V1', { baseImage: baseImage('1') });
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', { Roles: ['torch-role'] });
  });

  test('rejects an invalid name', () => {
    expect(() => Image.fromImageAttributes(stackIn(), 'Import', { imageName: 'a..b' })).toThrow(/Stack\/Import: 1 problem\n {2}imageName 'a\.\.b'/);
  });
});

describe('every import', () => {
  const imports: [string, (stack: Stack) => IImage][] = [
    ['by ARN', (stack) => Image.fromImageArn(stack, 'Import', ARN)],
    ['by name', (stack) => Image.fromImageName(stack, 'Import', 'torch')],
    ['by attributes', (stack) => Image.fromImageAttributes(stack, 'Import', { imageName: 'torch' })],
  ];

  test.each(imports)('%s creates no resource', (_, importImage) => {
    const stack = stackIn();
    importImage(stack);
    expect(Template.fromStack(stack).toJSON().Resources).toBeUndefined();
  });

  test.each(imports)('%s takes versions as its children', (_, importImage) => {
    const stack = stackIn();
    const version = importImage(stack).addVersion('V1', { baseImage: baseImage('1') });
    expect(version.node.path).toBe('Stack/Import/V1');
    Template.fromStack(stack).hasResource('AWS::SageMaker::ImageVersion', { Properties: { ImageName: 'torch' }, DependsOn: Match.absent() });
  });

  test.each(imports)('%s has grants', (_, importImage) => {
    const image = importImage(stackIn());
    expect(image.grants).toBeInstanceOf(ImageGrants);
    expect(image.grants).toBe(image.grants);
  });

  test.each(imports)('%s can be used in another stack', (_, importImage) => {
    const app = new App();
    const image = importImage(new Stack(app, 'Stack', { env: HERE }));
    const users = Object.entries({ Same: HERE, Account: OTHER_ACCOUNT, Region: OTHER_REGION }).map(([id, env]) => new Stack(app, id, { env }));
    users.forEach((user) => new CfnOutput(user, 'Arn', { value: image.imageArn }));
    for (const user of users) {
      expect(JSON.stringify(Template.fromStack(user).findOutputs('Arn'))).toContain(':sagemaker:eu-west-1:111111111111:image/torch"');
    }
  });
});

describe('arnForImageName', () => {
  test('returns the ARN in the account, Region and partition of the stack', () => {
    const stack = agnosticStack();
    expect(stack.resolve(Image.arnForImageName(stack, 'torch'))).toEqual({
      'Fn::Join': ['', [
        'arn:', { Ref: 'AWS::Partition' }, ':sagemaker:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':image/torch',
      ]],
    });
  });

  test('lower-cases a name that is known at synth time', () => {
    const stack = stackIn();
    const name = new CfnParameter(stack, 'Name').valueAsString;
    expect(stack.resolve(Image.arnForImageName(stack, 'PyTorch'))).toEqual({ 'Fn::Sub': 'arn:${AWS::Partition}:sagemaker:eu-west-1:111111111111:image/pytorch' });
    expect(stack.resolve(Image.arnForImageName(stack, name))['Fn::Join'][1]).toContainEqual({ Ref: 'Name' });
  });
});
