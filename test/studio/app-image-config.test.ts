import { readFileSync } from 'fs';
import { join } from 'path';
import { App, aws_iam as iam, aws_sagemaker as sagemaker, CfnOutput, PhysicalName, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AppImageConfig, AppImageConfigGrants, StudioApp, StudioAppType } from 'cdk-sagemaker-images';
import * as fc from 'fast-check';
import { HERE, OTHER_ACCOUNT, OTHER_REGION, stackIn } from '../helpers/fixtures';
import { runs } from '../helpers/property';
import { specProblems } from '../helpers/service-spec';

const CONFIG = 'AWS::SageMaker::AppImageConfig';

/** The rendered properties of a configuration for an app, without its name. */
function rendered(app: StudioApp): Record<string, any> {
  const stack = stackIn();
  new AppImageConfig(stack, 'Config', { app });
  const [{ Properties: { AppImageConfigName: _, ...properties } }] = Object.values(Template.fromStack(stack).findResources(CONFIG));
  return properties;
}

// A subclass could not define what is rendered. The type checker verifies this.
test('StudioApp has no public constructor', () => {
  // @ts-expect-error: the constructor is private
  const open: abstract new (...args: any[]) => StudioApp = StudioApp;
  expect(open).toBe(StudioApp);
});

describe('the configuration of an app', () => {
  // Without the block, SageMaker does not know the app that the configuration is for.
  test('is an empty block for JupyterLab without options', () => {
    expect(rendered(StudioApp.jupyterLab())).toEqual({ JupyterLabAppImageConfig: {} });
  });

  test('is an empty block for Code Editor without options', () => {
    expect(rendered(StudioApp.codeEditor({}))).toEqual({ CodeEditorAppImageConfig: {} });
  });

  test.each([
    ['JupyterLabAppImageConfig', StudioApp.jupyterLab],
    ['CodeEditorAppImageConfig', StudioApp.codeEditor],
  ])('%s contains the arguments, the entry point and the environment of the container', (block, factory) => {
    expect(rendered(factory({
      containerArguments: ['--ip', '0.0.0.0'], containerEntrypoint: ['/start.sh'], containerEnvironmentVariables: { STAGE: 'prod', DEBUG: '0' },
    }))).toEqual({
      [block]: {
        ContainerConfig: {
          ContainerArguments: ['--ip', '0.0.0.0'],
          ContainerEntrypoint: ['/start.sh'],
          ContainerEnvironmentVariables: [{ Key: 'STAGE', Value: 'prod' }, { Key: 'DEBUG', Value: '0' }],
        },
      },
    });
  });

  test('contains the kernel spec and the file system for a kernel', () => {
    expect(rendered(StudioApp.kernelGateway({
      kernelName: 'python3', kernelDisplayName: 'Torch', mountPath: '/home/jovyan', defaultUid: 0, defaultGid: 0,
    }))).toEqual({
      KernelGatewayImageConfig: {
        KernelSpecs: [{ Name: 'python3', DisplayName: 'Torch' }],
        FileSystemConfig: { MountPath: '/home/jovyan', DefaultUid: 0, DefaultGid: 0 },
      },
    });
  });

  test.each([
    [{ mountPath: '/home/jovyan' }, { MountPath: '/home/jovyan' }], [{ defaultUid: 1000 }, { DefaultUid: 1000 }], [{ defaultGid: 100 }, { DefaultGid: 100 }],
  ])('contains the file system for a kernel with one option of it: %j', (options, FileSystemConfig) => {
    expect(rendered(StudioApp.kernelGateway({ kernelName: 'python3', ...options }))).toEqual({
      KernelGatewayImageConfig: { KernelSpecs: [{ Name: 'python3' }], FileSystemConfig },
    });
  });

  test('contains only the name of a kernel without other options', () => {
    expect(rendered(StudioApp.kernelGateway({ kernelName: 'python3' }))).toEqual({ KernelGatewayImageConfig: { KernelSpecs: [{ Name: 'python3' }] } });
  });

  // In the developer guide, a configuration for RStudio consists of its name.
  test('is empty for RStudio', () => {
    expect(rendered(StudioApp.rSession())).toEqual({});
  });

  test.each([
    [StudioAppType.JUPYTER_LAB, StudioApp.jupyterLab()],
    [StudioAppType.CODE_EDITOR, StudioApp.codeEditor()],
    [StudioAppType.KERNEL_GATEWAY, StudioApp.kernelGateway({ kernelName: 'k' })],
    [StudioAppType.R_SESSION, StudioApp.rSession()],
  ])('has the app type %s', (appType, app) => {
    expect(app.appType).toBe(appType);
    expect(new AppImageConfig(stackIn(), 'Config', { app }).appType).toBe(appType);
  });

  // A wrong type or an unknown property would fail only at deployment.
  test('matches the CloudFormation schema for any options', () => {
    const text = fc.string({ minLength: 1, maxLength: 64 }).filter((value) => value.trim() !== '' && !value.includes('${Token['));
    const container = fc.record({
      containerArguments: fc.array(text),
      containerEntrypoint: fc.array(text, { maxLength: 1 }),
      containerEnvironmentVariables: fc.dictionary(text, text, { maxKeys: 5 }),
    }, { requiredKeys: [] });
    const kernel = fc.record({
      kernelName: text,
      kernelDisplayName: text,
      mountPath: text.map((path) => `/${path}`),
      defaultUid: fc.constant(1000),
      defaultGid: fc.constant(100),
    }, { requiredKeys: ['kernelName'] });
    fc.assert(fc.property(fc.oneof(
      container.map(StudioApp.jupyterLab), container.map(StudioApp.codeEditor), kernel.map(StudioApp.kernelGateway),
    ), (app) => {
      expect(specProblems(CONFIG, { AppImageConfigName: 'name', ...rendered(app) })).toEqual([]);
    }), runs(30));
  });
});

describe('the name of a configuration', () => {
  test('is generated from the path: in lower case, without dots, and the same for the same path', () => {
    const [one, same, other] = ['Torch.GPU', 'Torch.GPU', 'Other'].map((id) =>
      new AppImageConfig(stackIn(), id, { app: StudioApp.jupyterLab() }).appImageConfigName);
    expect(one).toMatch(/^[a-z0-9](-?[a-z0-9])*$/);
    expect(one.length).toBeLessThanOrEqual(63);
    expect(same).toBe(one);
    expect(other).not.toBe(one);
  });

  test('is unique for each path', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.stringMatching(/^[\w.-]{1,80}$/), { minLength: 2, maxLength: 4 }), (ids) => {
      const stack = stackIn();
      const names = ids.map((id) => new AppImageConfig(stack, id, { app: StudioApp.jupyterLab() }).appImageConfigName);
      names.forEach((name) => expect(name).toMatch(/^[a-z0-9](-?[a-z0-9]){0,62}$/));
      expect(new Set(names).size).toBe(ids.length);
    }), runs(100));
  });

  test('is generated for PhysicalName.GENERATE_IF_NEEDED', () => {
    const config = new AppImageConfig(stackIn(), 'Config', { app: StudioApp.jupyterLab(), appImageConfigName: PhysicalName.GENERATE_IF_NEEDED });
    expect(config.appImageConfigName).toMatch(/^[a-z0-9-]+$/);
  });

  test('is the given name, with its case unchanged', () => {
    const stack = stackIn();
    new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab(), appImageConfigName: 'Torch-JupyterLab' });
    Template.fromStack(stack).hasResourceProperties(CONFIG, { AppImageConfigName: 'Torch-JupyterLab' });
  });
});

describe('a configuration', () => {
  // The id is a public contract: another id would replace the configurations of all users.
  test("contains its CloudFormation resource with the id 'Resource'", () => {
    expect(new AppImageConfig(stackIn(), 'Config', { app: StudioApp.jupyterLab() }).node.defaultChild?.node.id).toBe('Resource');
  });

  test('has the given tags and those of Tags.of()', () => {
    const stack = stackIn();
    Tags.of(new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab(), tags: { team: 'ml' } })).add('stage', 'prod');
    Template.fromStack(stack).hasResourceProperties(CONFIG, { Tags: [{ Key: 'stage', Value: 'prod' }, { Key: 'team', Value: 'ml' }] });
  });

  test.each([
    [undefined, 'Delete', 'Delete'],
    [RemovalPolicy.RETAIN, 'Retain', 'Retain'],
    [RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, 'RetainExceptOnCreate', 'Retain'],
  ])('with removalPolicy %s has DeletionPolicy %s and UpdateReplacePolicy %s', (removalPolicy, deletion, replacement) => {
    const stack = stackIn();
    new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab(), removalPolicy });
    Template.fromStack(stack).hasResource(CONFIG, { DeletionPolicy: deletion, UpdateReplacePolicy: replacement });
  });

  test('has a reference with its name and the ARN from CloudFormation', () => {
    const stack = stackIn();
    const config = new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab(), appImageConfigName: 'torch' });
    const arn = { 'Fn::GetAtt': [stack.getLogicalId(config.node.defaultChild as any), 'AppImageConfigArn'] };
    expect(stack.resolve(config.appImageConfigRef)).toEqual({ appImageConfigName: 'torch', appImageConfigArn: arn });
  });

  // CloudFormation exports do not cross accounts or Regions, so the name must be known at synth.
  test.each([['account', OTHER_ACCOUNT], ['Region', OTHER_REGION]])('has an ARN without references in another %s', (_, env) => {
    const app = new App();
    const config = new AppImageConfig(new Stack(app, 'Owner', { env: HERE }), 'Config', { app: StudioApp.jupyterLab(), appImageConfigName: 'Torch' });
    const user = new Stack(app, 'User', { env });
    new CfnOutput(user, 'Arn', { value: config.appImageConfigArn });
    Template.fromStack(user).hasOutput('Arn', {
      Value: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':sagemaker:eu-west-1:111111111111:app-image-config/torch']] },
    });
  });

  test('is recognized by isAppImageConfig, including an instance from another copy of the library', () => {
    expect(AppImageConfig.isAppImageConfig(new AppImageConfig(stackIn(), 'Config', { app: StudioApp.jupyterLab() }))).toBe(true);
    expect(AppImageConfig.isAppImageConfig({ [Symbol.for('cdk-sagemaker-images.AppImageConfig')]: true })).toBe(true);
    expect([undefined, null, 'config', 42, {}, stackIn()].map((value) => AppImageConfig.isAppImageConfig(value))).toEqual(Array(6).fill(false));
  });
});

describe('a grant on a configuration', () => {
  const ARN = { 'Fn::Sub': 'arn:${AWS::Partition}:sagemaker:eu-west-1:111111111111:app-image-config/torch' };
  /** The actions of the Service Authorization Reference. */
  const known: Record<string, { name: string; resourceTypes: { name: string }[] }> = JSON.parse(
    readFileSync(join(__dirname, '..', '..', 'node_modules', '@cloud-copilot', 'iam-data', 'data', 'actions', 'sagemaker.json'), 'utf8'));
  const ofConfigs = Object.values(known).filter(({ resourceTypes }) => resourceTypes.some(({ name }) => name === 'app-image-config'))
    .map(({ name }) => name);

  // As documented for the handlers of the CloudFormation resource.
  const verbs: [keyof AppImageConfigGrants, string[]][] = [
    ['create', ['CreateAppImageConfig', 'DescribeAppImageConfig', 'AddTags', 'ListTags']],
    ['read', ['DescribeAppImageConfig', 'ListTags']],
    ['update', ['UpdateAppImageConfig', 'DescribeAppImageConfig', 'AddTags', 'DeleteTags', 'ListTags']],
    ['delete', ['DeleteAppImageConfig', 'DescribeAppImageConfig', 'DeleteTags']],
  ];

  test.each(verbs)('by %s contains exactly the documented actions, on this configuration only', (verb, actions) => {
    const stack = stackIn();
    const config = new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab(), appImageConfigName: 'torch' });
    config.grants[verb](new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() }));
    const [{ Properties: { PolicyDocument: { Statement } } }] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    expect(Statement).toEqual([{ Effect: 'Allow', Action: actions.map((action) => `sagemaker:${action}`), Resource: ARN }]);
  });

  test('contains only actions that exist for this resource type', () => {
    expect(verbs.flatMap(([, actions]) => actions).filter((action) => !ofConfigs.includes(action))).toEqual([]);
  });

  test('works for an L1 and an import, without a dependency on the configuration', () => {
    const stack = stackIn();
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    const l1 = new sagemaker.CfnAppImageConfig(stack, 'L1', { appImageConfigName: 'torch' });
    AppImageConfigGrants.fromAppImageConfig(l1).read(role);
    AppImageConfig.fromAppImageConfigName(stack, 'Import', 'torch').grants.read(role);
    // Both have the same ARN, so the statements are merged.
    Template.fromStack(stack).hasResource('AWS::IAM::Policy', {
      Properties: { PolicyDocument: { Statement: [Match.objectLike({ Resource: ARN })] } }, DependsOn: Match.absent(),
    });
  });
});
