import { CfnParameter } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AppImageConfig, StudioAppType } from 'cdk-sagemaker-images';
import { agnosticStack, errorOf, HERE, stackIn } from '../helpers/fixtures';

const ARN = 'arn:aws:sagemaker:us-east-1:222222222222:app-image-config/torch';

describe('a configuration imported by its ARN', () => {
  test('has the name, account and Region of the ARN', () => {
    const config = AppImageConfig.fromAppImageConfigArn(stackIn(), 'Import', ARN);
    expect([config.appImageConfigArn, config.appImageConfigName, config.appType]).toEqual([ARN, 'torch', undefined]);
    expect(config.appImageConfigRef).toEqual({ appImageConfigArn: ARN, appImageConfigName: 'torch' });
    expect(config.env).toEqual({ account: '222222222222', region: 'us-east-1' });
  });

  test.each([
    'torch',
    'arn:aws:sagemaker:eu-west-1:111111111111:app-image-config/',
    'arn:aws:sagemaker:eu-west-1:111111111111:app-image-config/a.b',
    'arn:aws:sagemaker:eu-west-1:111111111111:image/torch',
    'arn:aws:sagemaker:eu-west-1:1:app-image-config/torch',
  ])('cannot have the ARN %s', (arn) => {
    expect(errorOf(() => AppImageConfig.fromAppImageConfigArn(stackIn(), 'Import', arn))).toBe(
      `Stack/Import: 1 problem\n  appImageConfigArn '${arn}' is not a valid ARN of an app image config: `
      + "give 'arn:<partition>:sagemaker:<region>:<account>:app-image-config/<name>'");
  });

  // The pattern of the ARN limits the letters and digits of the name, but not its hyphens.
  test.each([[63, undefined], [64, 'Stack/Import: 1 problem\n  appImageConfigName has 64 characters, at most 63 are allowed']])(
    'has a name of at most 63 characters: %i', (length, problem) => {
      const arn = ARN.replace('torch', `a${'-'.repeat(length - 2)}b`);
      expect(errorOf(() => AppImageConfig.fromAppImageConfigArn(stackIn(), 'Import', arn))).toBe(problem);
    });

  test('can have an ARN that is known only at deploy time', () => {
    const stack = agnosticStack();
    const config = AppImageConfig.fromAppImageConfigArn(stack, 'Import', new CfnParameter(stack, 'Arn').valueAsString);
    expect(JSON.stringify(stack.resolve(config.appImageConfigName))).toContain('{"Ref":"Arn"}');
  });
});

describe('a configuration imported by its name', () => {
  test('is in the account and Region of the stack', () => {
    const stack = stackIn();
    const config = AppImageConfig.fromAppImageConfigName(stack, 'Import', 'Torch');
    expect([config.appImageConfigName, config.env]).toEqual(['Torch', HERE]);
    expect(stack.resolve(config.appImageConfigArn)).toEqual({ 'Fn::Sub': 'arn:${AWS::Partition}:sagemaker:eu-west-1:111111111111:app-image-config/torch' });
  });

  test.each([
    ['', /^appImageConfigName is empty: /],
    ['a.b', /^appImageConfigName 'a.b' is not a valid name of an app image config: use .* \(unlike image names, no dots\)$/],
    ['-a', /^appImageConfigName '-a' is not a valid name of an app image config: use /],
    ['a-', /^appImageConfigName 'a-' is not a valid name of an app image config: use /],
    ['a'.repeat(64), /^appImageConfigName has 64 characters, at most 63 are allowed$/],
  ])('cannot have the name %p', (name, problem) => {
    const [title, ...problems] = errorOf(() => AppImageConfig.fromAppImageConfigName(stackIn(), 'Import', name))!.split('\n  ');
    expect([title, ...problems]).toEqual(['Stack/Import: 1 problem', expect.stringMatching(problem)]);
  });

  test('can specify the type of its app', () => {
    const attrs = { appImageConfigName: 'torch', appType: StudioAppType.CODE_EDITOR };
    expect(AppImageConfig.fromAppImageConfigAttributes(stackIn(), 'Import', attrs).appType).toBe(StudioAppType.CODE_EDITOR);
  });

  test('creates no resource', () => {
    const stack = stackIn();
    AppImageConfig.fromAppImageConfigName(stack, 'Import', 'torch');
    expect(Template.fromStack(stack).toJSON().Resources).toBeUndefined();
  });
});
