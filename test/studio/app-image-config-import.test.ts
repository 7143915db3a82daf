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
  ])('may not be %s', (arn) => {
    expect(errorOf(() => AppImageConfig.fromAppImageConfigArn(stackIn(), 'Import', arn))).toBe(
      `Stack/Import: 1 problem\n  appImageConfigArn '${arn}' is not the ARN of an app image config: `
      + "give 'arn:<partition>:sagemaker:<region>:<account>:app-image-config/<name>'");
  });

  test('may be known at deploy time only', () => {
    const stack = agnosticStack();
    const config = AppImageConfig.fromAppImageConfigArn(stack, 'Import', new CfnParameter(stack, 'Arn').valueAsString);
    expect(JSON.stringify(stack.resolve(config.appImageConfigName))).toContain('{"Ref":"Arn"}');
  });
});

describe('a configuration imported by its name', () => {
  test('is in the account and Region of the stack', () => {
    const config = AppImageConfig.fromAppImageConfigName(stackIn(), 'Import', 'Torch');
    expect([config.appImageConfigName, config.env]).toEqual(['Torch', HERE]);
    expect(config.appImageConfigArn).toMatch(/:sagemaker:eu-west-1:111111111111:app-image-config\/torch$/);
  });

  test.each([['', /is empty/], ['a.b', /no dots/], ['-a', /is no name/], ['a-', /is no name/], ['a'.repeat(64), /has 64 characters/]])(
    'may not be %p', (name, problem) => {
      expect(() => AppImageConfig.fromAppImageConfigName(stackIn(), 'Import', name)).toThrow(problem);
    });

  test('may say which app it is for', () => {
    const attrs = { appImageConfigName: 'torch', appType: StudioAppType.CODE_EDITOR };
    expect(AppImageConfig.fromAppImageConfigAttributes(stackIn(), 'Import', attrs).appType).toBe(StudioAppType.CODE_EDITOR);
  });

  test('makes no resource', () => {
    const stack = stackIn();
    AppImageConfig.fromAppImageConfigName(stack, 'Import', 'torch');
    expect(Template.fromStack(stack).toJSON().Resources).toBeUndefined();
  });
});
