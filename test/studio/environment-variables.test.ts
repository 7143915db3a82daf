import { App, aws_sagemaker as sagemaker, Lazy, Stack, Token } from 'aws-cdk-lib';
import { AppImageConfig, Image, StudioApp, StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { baseImage, stackIn, warningsOf } from '../helpers/fixtures';

const ID = 'cdk-sagemaker-images:studioEnvironmentVariable';
const lazy = (value: string) => Lazy.string({ produce: () => value });

/** Returns the warnings about variables, by path. */
function textsIn(stack: Stack): [string, string][] {
  return warningsOf(stack).filter(({ id }) => id === ID).map(({ path, text }) => [path, text]);
}

const configIn = (stack: Stack, containerEnvironmentVariables: any, make: (options: any) => StudioApp = StudioApp.jupyterLab) =>
  new AppImageConfig(stack, 'Config', { app: make({ containerEnvironmentVariables }) });

describe.each([['JupyterLab', StudioApp.jupyterLab], ['Code Editor', StudioApp.codeEditor]])('an environment variable of %s', (_, make) => {
  // https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-byoi-specs.html#studio-updated-byoi-specs-run
  test.each([
    'AWS_ACCOUNT_ID', 'AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'SAGEMAKER_SPACE_NAME', 'SAGEMAKER_APP_TYPE',
  ])('that Studio sets itself adds a warning: %s', (name) => {
    const stack = stackIn();
    configIn(stack, { [name]: 'x' }, make);
    expect(textsIn(stack)).toEqual([['Stack/Config',
      `Studio sets ${name} itself, so the value in containerEnvironmentVariables has no effect: remove it, or use another name`]]);
  });

  test.each<[string, any]>([
    ['another variable', { HF_HOME: '/models' }],
    ['another variable with a prefix of AWS', { AWS_STS_REGIONAL_ENDPOINTS: 'regional', AWS_REGIONS: 'x', MY_AWS_REGION: 'x' }],
    ['a name in lower case, which is another variable', { aws_region: 'x' }],
    ['a name with a token', { [`AWS_${Token.asString({ Ref: 'Name' })}`]: 'x' }],
    ['no variables', {}],
  ])('adds none: %s', (__, variables) => {
    const stack = stackIn();
    configIn(stack, variables, make);
    expect(textsIn(stack)).toEqual([]);
  });
});

test('several variables that Studio sets have one warning', () => {
  const stack = stackIn();
  configIn(stack, { AWS_REGION: 'x', HF_HOME: 'y', SAGEMAKER_APP_TYPE: lazy('z') });
  expect(textsIn(stack).map(([, text]) => text.split(' itself')[0])).toEqual(['Studio sets AWS_REGION and SAGEMAKER_APP_TYPE']);
});

test('variables of an L1 that is attached, and of overrides, add warnings too', () => {
  const stack = stackIn();
  const appImageConfig = new sagemaker.CfnAppImageConfig(stack, 'Raw', {
    appImageConfigName: 'raw',
    jupyterLabAppImageConfig: { containerConfig: { containerEnvironmentVariables: [{ key: lazy('AWS_REGION'), value: 'x' }, { key: 'A', value: 'x' }] } },
  });
  const imageVersion = new Image(stack, 'Torch').addVersion('V', { baseImage: baseImage('1') });
  new StudioAttachment(stack, 'Attachment', { imageVersion, appImageConfig, target: StudioTarget.existingDomain('d-1') });
  (configIn(stack, {}).node.defaultChild as sagemaker.CfnAppImageConfig)
    .addPropertyOverride('JupyterLabAppImageConfig.ContainerConfig.ContainerEnvironmentVariables', [{ Key: 'AWS_ACCOUNT_ID', Value: 'x' }]);
  expect(textsIn(stack).map(([path, text]) => [path, text.split(' itself')[0]])).toEqual([
    ['Stack/Raw', 'Studio sets AWS_REGION'], ['Stack/Config', 'Studio sets AWS_ACCOUNT_ID'],
  ]);
});

test('a configuration with unknown values adds no warning', () => {
  const stack = new Stack(new App(), 'Stack');
  new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab() });
  new sagemaker.CfnAppImageConfig(stack, 'Raw', {
    appImageConfigName: 'raw', jupyterLabAppImageConfig: Token.asAny({ 'Fn::If': ['C', {}, {}] }), codeEditorAppImageConfig: { containerConfig: Token.asAny({ Ref: 'C' }) },
  });
  expect(textsIn(stack)).toEqual([]);
});
