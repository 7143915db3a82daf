import { App, aws_sagemaker as sagemaker, Lazy, NestedStack, Stack } from 'aws-cdk-lib';
import { AppImageConfig, Image, ImageVersion, StudioApp, StudioAppType, StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { stackIn, warningsOf } from '../helpers/fixtures';

const ID = 'cdk-sagemaker-images:typeNotInRegion';
const account = '111111111111';

const RESOURCES: Record<string, (stack: Stack) => unknown> = {
  Domain: (stack) => new sagemaker.CfnDomain(stack, 'Domain', { authMode: 'IAM', domainName: 'ml', defaultUserSettings: { executionRole: 'arn:aws:iam::111111111111:role/r' } }),
  UserProfile: (stack) => new sagemaker.CfnUserProfile(stack, 'UserProfile', { domainId: 'd-1', userProfileName: 'jo' }),
  Space: (stack) => new sagemaker.CfnSpace(stack, 'Space', { domainId: 'd-1', spaceName: 'team' }),
  AppImageConfig: (stack) => new sagemaker.CfnAppImageConfig(stack, 'Raw', { appImageConfigName: 'raw' }),
  Image: (stack) => new Image(stack, 'Torch'),
};

/** Returns the types that the warnings of a stack with some resources name. */
function missingIn(region: string | undefined, ...names: string[]): string[] {
  const stack = stackIn(region === undefined ? { account } : { account, region });
  // Adds the check.
  const other = new Stack(stack.node.root as App, 'Other', { env: { account, region: 'eu-west-1' } });
  new AppImageConfig(other, 'Config', { app: StudioApp.jupyterLab() });
  names.forEach((name) => RESOURCES[name](stack));
  return warningsOf(stack).filter(({ id }) => id === ID).map(({ text }) => /does not have (.*) in (.*), and/.exec(text)!.slice(1).join(' in '));
}

test.each<[string, string, boolean]>([
  ['Domain', 'ca-west-1', true], ['Domain', 'mx-central-1', true], ['Domain', 'ap-southeast-4', false], ['Domain', 'cn-north-1', false],
  ...['UserProfile', 'AppImageConfig'].flatMap((name): [string, string, boolean][] => [
    ...['ca-west-1', 'mx-central-1', 'ap-southeast-4', 'ap-south-2'].map((region): [string, string, boolean] => [name, region, true]),
    ...['us-east-1', 'cn-north-1', 'us-gov-west-1'].map((region): [string, string, boolean] => [name, region, false]),
  ]),
  ...['ca-west-1', 'mx-central-1', 'ap-southeast-4', 'ap-south-2', 'cn-north-1', 'cn-northwest-1', 'us-gov-east-1', 'us-gov-west-1']
    .map((region): [string, string, boolean] => ['Space', region, true]),
  ['Space', 'eu-west-1', false], ['Image', 'ca-west-1', false],
  // The table does not contain it.
  ['Space', 'xx-new-9', false],
])('%s in %s is a warning: %s', (name, region, warns) => {
  expect(missingIn(region, name)).toEqual(warns ? [`AWS::SageMaker::${name} in ${region}`] : []);
});

test('there is one warning for all types of a stack', () => {
  expect(missingIn('ca-west-1', 'Space', 'Domain', 'Image', 'AppImageConfig', 'UserProfile')).toEqual([
    'AWS::SageMaker::AppImageConfig and AWS::SageMaker::Domain and AWS::SageMaker::Space and AWS::SageMaker::UserProfile in ca-west-1',
  ]);
});

test('there is a warning for the owned target of imports', () => {
  const stack = stackIn({ account, region: 'ca-west-1' });
  new StudioAttachment(stack, 'Attachment', {
    imageVersion: ImageVersion.fromImageVersionArn(stack, 'V', `arn:aws:sagemaker:ca-west-1:${account}:image-version/torch/1`),
    appImageConfig: AppImageConfig.fromAppImageConfigAttributes(stack, 'C', { appImageConfigName: 'lab', appType: StudioAppType.JUPYTER_LAB }),
    target: StudioTarget.userProfile(new sagemaker.CfnUserProfile(stack, 'UserProfile', { domainId: 'd-1', userProfileName: 'jo' })),
  });
  expect(warningsOf(stack).filter(({ id }) => id === ID)).toEqual([{
    path: 'Stack/UserProfile',
    id: ID,
    text: 'CloudFormation does not have AWS::SageMaker::UserProfile in ca-west-1, and the deployment would fail: deploy the stack to another Region',
  }]);
});

test('a nested stack has no warning of its own', () => {
  const stack = stackIn({ account, region: 'ca-west-1' });
  const nested = new NestedStack(stack, 'Nested');
  [stack, nested].forEach((scope) => new AppImageConfig(scope, 'Config', { app: StudioApp.jupyterLab() }));
  // The warnings of a nested stack are those of its parent.
  expect(warningsOf(stack).filter(({ id }) => id === ID).map(({ path }) => path)).toEqual(['Stack/Nested/Config/Resource']);
});

test.each([['no Region', undefined], ['a lazy Region', Lazy.string({ produce: () => 'ca-west-1' })]])('a stack with %s has no warning', (_, region) => {
  expect(missingIn(region, 'Domain', 'AppImageConfig')).toEqual([]);
});
