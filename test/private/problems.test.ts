import { aws_ssm as ssm, CfnParameter, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AppImageConfig, BaseImage, Image, ImageVersion, MlFramework, ProgrammingLang, StudioApp, StudioTarget } from 'cdk-sagemaker-images';
import { errorOf, stackIn } from '../helpers/fixtures';
import { attach } from '../helpers/studio';

const UNKNOWN: [string, (stack: Stack) => string][] = [
  ['a token', (stack) => new CfnParameter(stack, 'Parameter').valueAsString],
  // What the CDK looks up after the first synth; an error there, and it would never do so.
  ['a parameter that is not looked up yet', (stack) => ssm.StringParameter.valueFromLookup(stack, '/Studio/x_y')],
  ['a dynamic reference', () => '{{resolve:ssm:/Studio/x_y}}'],
];

describe.each(UNKNOWN)('%s passes every check', (_, valueIn) => {
  test('of an image and of a version', () => {
    const stack = stackIn();
    const value = valueIn(stack);
    new Image(stack, 'Torch', { imageName: value, displayName: value, description: value, tags: { team: value } }).addVersion('V', {
      baseImage: BaseImage.fromUri(value),
      alias: value,
      aliases: [value],
      mlFramework: MlFramework.of(value),
      programmingLang: ProgrammingLang.of(value),
      releaseNotes: value,
    });
    Template.fromStack(stack).hasResourceProperties('AWS::SageMaker::ImageVersion', {
      ImageName: stack.resolve(value), BaseImage: stack.resolve(value), MLFramework: stack.resolve(value),
    });
  });

  test('of a part of a base image', () => {
    const stack = stackIn();
    const value = valueIn(stack);
    const image = new Image(stack, 'Torch');
    const repository = (id: string) => ({ node: stack.node, env: stack.environment, repositoryRef: { repositoryName: id, repositoryArn: id } } as any);
    expect(errorOf(() => image.addVersion('Uri', {
      baseImage: BaseImage.fromUri(`111111111111.dkr.ecr.eu-west-1.amazonaws.com/torch:${value}`),
    }))).toBeUndefined();
    expect(errorOf(() => image.addVersion('Tag', { baseImage: BaseImage.fromEcrRepository(repository('a'), value) }))).toBeUndefined();
    expect(errorOf(() => image.addVersion('Digest', { baseImage: BaseImage.fromEcrRepositoryDigest(repository('b'), value) }))).toBeUndefined();
  });

  test('of the configuration of an app', () => {
    const stack = stackIn();
    const value = valueIn(stack);
    new AppImageConfig(stack, 'Lab', {
      appImageConfigName: value,
      tags: { team: value },
      app: StudioApp.jupyterLab({ containerArguments: [value], containerEntrypoint: [value], containerEnvironmentVariables: { NAME: value } }),
    });
    new AppImageConfig(stack, 'Kernel', { app: StudioApp.kernelGateway({ kernelName: value, kernelDisplayName: value, mountPath: value }) });
    Template.fromStack(stack).hasResourceProperties('AWS::SageMaker::AppImageConfig', { AppImageConfigName: stack.resolve(value) });
  });

  test('of a place', () => {
    const stack = stackIn();
    const value = valueIn(stack);
    attach(stack, StudioTarget.existingUserProfile(value, value));
    Template.fromStack(stack).hasResourceProperties('Custom::SageMakerStudioAttachment', {
      DomainId: stack.resolve(value), UserProfileName: stack.resolve(value),
    });
  });

  test('of an import by name, in the case that it was given', () => {
    const stack = stackIn();
    const value = valueIn(stack);
    const arns = [Image.fromImageName(stack, 'I', value).imageArn, AppImageConfig.fromAppImageConfigName(stack, 'C', value).appImageConfigArn];
    arns.forEach((arn) => expect(JSON.stringify(stack.resolve(arn))).toContain(JSON.stringify(stack.resolve(value)).replace(/^"|"$/g, '')));
  });
});

const IMPORTS: [string, (stack: Stack, arn: string) => unknown][] = [
  ['an image', (stack, arn) => Image.fromImageArn(stack, 'Import', arn).imageName],
  ['an image version', (stack, arn) => ImageVersion.fromImageVersionArn(stack, 'Import', arn).version],
  ['a configuration', (stack, arn) => AppImageConfig.fromAppImageConfigArn(stack, 'Import', arn).appImageConfigName],
];

describe.each(IMPORTS)('the ARN of %s', (_, importIn) => {
  test('may be a parameter that is not looked up yet', () => {
    const stack = stackIn();
    const read = importIn(stack, ssm.StringParameter.valueFromLookup(stack, '/a/b'));
    expect(errorOf(() => stack.resolve(read))).toBeUndefined();
  });

  // CloudFormation could not take it apart.
  test('may be no dynamic reference', () => {
    expect(errorOf(() => importIn(stackIn(), '{{resolve:ssm:/a/b}}'))).toMatch(/Arn '{{resolve:ssm:\/a\/b}}' is not the ARN of/);
  });
});
