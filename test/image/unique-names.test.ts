import { App, Aws, aws_iam as iam, aws_sagemaker as sagemaker, CfnOutput, CfnResource, Environment, Fn, NestedStack, PhysicalName, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AppImageConfig, Image, ImageVersion, ImageVersionLookup, ImageVersionSelector, StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { Construct } from 'constructs';
import { expectOrder } from '../helpers/deployment-graph';
import { baseImage, errorOf, HERE, OTHER_ACCOUNT, OTHER_REGION, stackIn, warningsOf } from '../helpers/fixtures';
import { APPS, domainIn, propertiesOf } from '../helpers/studio';

/** The first part of the UUID in `arn:aws:cloudformation:<region>:<account>:stack/<name>/<8>-<4>-<4>-<4>-<12 digits>`. */
const SUFFIX = { 'Fn::Select': [0, { 'Fn::Split': ['-', { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] }] }] };

function named(prefix: string): object {
  return { 'Fn::Join': ['', [`${prefix}-`, SUFFIX]] };
}

/** The name in another stack, from the ARN of the resource. */
function fromArn(arn: unknown): object {
  return { 'Fn::Select': [1, { 'Fn::Split': ['/', arn] }] };
}

function nameIn(stack: Stack, type = 'Image', property = 'ImageName'): unknown {
  const [{ Properties }] = Object.values(Template.fromStack(stack).findResources(`AWS::SageMaker::${type}`));
  return Properties[property];
}

describe('a name that is unique to the stack', () => {
  test('is generated from the path of the construct, and ends with a part of the id of the stack', () => {
    const stack = stackIn();
    new Image(stack, 'Torch', { uniqueToStack: true });
    new AppImageConfig(stack, 'Lab', { app: APPS.JupyterLab, uniqueToStack: true });
    expect(nameIn(stack)).toEqual(named('stack-torch-e2cdc212'));
    expect(nameIn(stack, 'AppImageConfig', 'AppImageConfigName')).toEqual(named('stack-lab-9f55aeca'));
  });

  test.each([50, 100, 250])('has at most 63 characters with an id of %i characters', (length) => {
    const stack = stackIn();
    new Image(new Construct(stack, 'a'.repeat(length)), 'b'.repeat(length), { uniqueToStack: true });
    const [prefix] = (nameIn(stack) as any)['Fn::Join'][1];
    expect(prefix).toMatch(/^stack-a+b+-[0-9a-f]{8}-$/);
    expect(prefix.length + 8).toBeLessThanOrEqual(63);
  });

  test('is that of versions, grants and look-ups in the same stack, which wait for nothing more than with another name', () => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch', { uniqueToStack: true });
    const version = image.addVersion('V', { baseImage: baseImage('1') });
    const lookup = new ImageVersionLookup(stack, 'Lookup', { image, version: ImageVersionSelector.latest() });
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    image.grants.listVersions(role);
    image.grants.readVersions(role);
    const template = Template.fromStack(stack);
    const name = named('stack-torch-e2cdc212');
    template.hasResourceProperties('AWS::SageMaker::ImageVersion', { ImageName: name });
    template.hasResourceProperties('Custom::SageMakerImageVersionLookup', { ImageName: name });
    const arn = (resource: string, end: string) => ({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:sagemaker:eu-west-1:111111111111:${resource}/stack-torch-e2cdc212-`, SUFFIX, ...end ? [end] : []]],
    });
    const [policy] = Object.values(template.findResources('AWS::IAM::Policy'))
      .filter(({ Properties }) => JSON.stringify(Properties.PolicyDocument).includes('ListImageVersions'));
    expect(policy.Properties.PolicyDocument.Statement.map(({ Resource }: any) => Resource)).toEqual([arn('image-version', '/*'), arn('image', '')]);
    expect(policy.DependsOn).toBeUndefined();
    expectOrder(stack.node.root as App, [image, version, lookup.node.defaultChild!]);
    expect(warningsOf(stack)).toEqual([]);
  });

  test('is taken from the ARN by versions, grants and outputs of another stack', () => {
    const app = new App();
    const owner = new Stack(app, 'Owner', { env: HERE });
    const image = new Image(owner, 'Torch', { uniqueToStack: true });
    const first = image.addVersion('V', { baseImage: baseImage('1') });
    const stack = new Stack(app, 'Other', { env: HERE });
    const version = new ImageVersion(stack, 'V', { image, baseImage: baseImage('2') });
    image.grants.listVersions(new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() }));
    new CfnOutput(stack, 'Name', { value: image.imageName });
    const template = Template.fromStack(stack);
    const [imported] = Object.values(Template.fromStack(owner).findOutputs('*')).map(({ Export }) => ({ 'Fn::ImportValue': Export.Name }));
    template.hasResourceProperties('AWS::SageMaker::ImageVersion', { ImageName: fromArn(imported) });
    template.hasOutput('Name', { Value: fromArn(imported) });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [{
          Action: 'sagemaker:ListImageVersions',
          Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':sagemaker:eu-west-1:111111111111:image/', fromArn(imported)]] },
        }],
      },
    });
    expectOrder(app, [image, first, version]);
    expect(JSON.stringify(template.toJSON())).not.toContain('StackId');
    expect([...warningsOf(stack), ...warningsOf(owner)].filter(({ id }) => id?.startsWith('cdk-sagemaker-images'))).toEqual([]);
  });

  test('is that of a nested stack for resources in it, and is taken from the ARN outside of it', () => {
    const stack = stackIn();
    const nested = new NestedStack(stack, 'Nested');
    const image = new Image(nested, 'Torch', { uniqueToStack: true });
    image.addVersion('V', { baseImage: baseImage('1') });
    new ImageVersion(stack, 'V', { image, baseImage: baseImage('2') });
    expect(nameIn(nested, 'ImageVersion')).toEqual(nameIn(nested));
    expect(nameIn(stack, 'ImageVersion')).toEqual(fromArn({ 'Fn::GetAtt': [expect.stringMatching(/^Nested/), expect.stringMatching(/^Outputs\./)] }));
  });

  test.each<[string, Environment]>([['account', OTHER_ACCOUNT], ['Region', OTHER_REGION]])('is an error in another %s', (_, env) => {
    const app = new App();
    const image = new Image(new Stack(app, 'Owner', { env: HERE }), 'Torch', { uniqueToStack: true });
    image.grants.listVersions(new iam.Role(new Stack(app, 'Other', { env }), 'Role', { assumedBy: new iam.AccountRootPrincipal() }));
    expect(errorOf(() => app.synth())).toContain("Owner/Torch: 1 problem\n  imageName ends with the id of its stack, which stack 'Other' in another account "
      + 'or Region cannot know: give imageName instead of uniqueToStack');
  });

  test('is one of several that differ in the same stack', () => {
    const stack = stackIn();
    const images = ['A', 'a'].map((id) => new Image(stack, id, { uniqueToStack: true }));
    expect(stack.resolve(images[0].imageName)).not.toEqual(stack.resolve(images[1].imageName));
    expect(errorOf(() => Template.fromStack(stack))).toBeUndefined();
  });

  test('is the same in each stage for stacks of the same path below it, apart from the hash', () => {
    const app = new App();
    const names = ['Dev', 'Prod'].map((id) => {
      const stack = new Stack(new Stage(app, id, { env: HERE }), 'Stack');
      return stack.resolve(new Image(stack, 'Torch', { uniqueToStack: true }).imageName);
    });
    expect(names).toEqual([{ 'Fn::Join': ['', [expect.stringMatching(/^dev-stack-torch-[0-9a-f]{8}-$/), SUFFIX]] },
      { 'Fn::Join': ['', [expect.stringMatching(/^prod-stack-torch-[0-9a-f]{8}-$/), SUFFIX]] }]);
  });

  test('is not used without the property', () => {
    const stack = stackIn();
    new Image(stack, 'Torch', { uniqueToStack: false });
    expect(nameIn(stack)).toBe('stack-torch-e2cdc212');
  });

  test('cannot be given too', () => {
    expect(errorOf(() => new Image(stackIn(), 'Torch', { imageName: 'torch', uniqueToStack: true }))).toBe(
      "Stack/Torch: 1 problem\n  uniqueToStack is for generated names, and imageName 'torch' is given: remove one of them");
    expect(errorOf(() => new AppImageConfig(stackIn(), 'Lab', { app: APPS.JupyterLab, appImageConfigName: Aws.STACK_NAME, uniqueToStack: true }))).toBe(
      'Stack/Lab: 1 problem\n  uniqueToStack is for generated names, and appImageConfigName \'<token>\' is given: remove one of them');
    expect(errorOf(() => new Image(stackIn(), 'Torch', { uniqueToStack: 'yes' as any }))).toBe(
      "Stack/Torch: 1 problem\n  uniqueToStack must be true or false, got 'yes'");
    expect(errorOf(() => new Image(stackIn(), 'Torch', { imageName: PhysicalName.GENERATE_IF_NEEDED, uniqueToStack: true }))).toBeUndefined();
  });

  test('cannot be changed later', () => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch', { uniqueToStack: true });
    (image.node.defaultChild as CfnResource).addPropertyOverride('ImageName', 'other');
    expect(errorOf(() => Template.fromStack(stack))).toContain('ImageName of Stack/Torch/Resource was changed after its creation');
  });
});

describe('a name of the app that ends with the id of the stack', () => {
  const warningsFor = (name: string) => {
    const stack = stackIn();
    const image = new sagemaker.CfnImage(stack, 'Torch', {
      imageName: name, imageRoleArn: 'arn:aws:iam::111111111111:role/r',
    });
    new ImageVersion(stack, 'V', { image: Image.fromImageAttributes(stack, 'Import', { imageName: image.imageName }), baseImage: baseImage('1') })
      .grants.read(new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() }));
    return warningsOf(stack).map(({ id }) => id).filter((id) => id?.endsWith('nameOfUnknownCase'));
  };
  const suffix = Fn.select(0, Fn.split('-', Fn.select(2, Fn.split('/', Aws.STACK_ID))));

  test('is known to be in lower case, unless the rest of it is not', () => {
    expect(warningsFor(`torch-${suffix}`)).toEqual([]);
    expect(warningsFor(`Torch-${suffix}`)).toContain('cdk-sagemaker-images:nameOfUnknownCase');
    expect(warningsFor(`torch-${Aws.STACK_NAME}-${suffix}`)).toContain('cdk-sagemaker-images:nameOfUnknownCase');
    expect(warningsFor(Fn.join('-x-', ['torch', suffix]))).toEqual([]);
    expect(warningsFor(Fn.join('-X-', ['torch', suffix]))).toContain('cdk-sagemaker-images:nameOfUnknownCase');
    expect(warningsFor(Fn.join('-', Fn.split(',', Fn.importValue('Names'))))).toContain('cdk-sagemaker-images:nameOfUnknownCase');
  });
});

// Otherwise, the second stack would replace the policy of the first, and its deletion would delete that of the other.
describe('the name of a policy on a role that stacks of one template share', () => {
  const policyNames = (stack: Stack) => Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
    .filter(({ Properties }) => Properties.Roles[0] === 'shared').map(({ Properties }) => Properties.PolicyName);
  const scene = (uniqueToStack: boolean, id = 'Torch') => {
    const stack = stackIn();
    const role = iam.Role.fromRoleArn(stack, 'Shared', 'arn:aws:iam::111111111111:role/shared');
    const version = new Image(stack, id, { role }).addVersion('V', { baseImage: baseImage('1') });
    // After the policy of the role exists.
    const appImageConfig = new AppImageConfig(stack, 'Lab', { app: APPS.JupyterLab, uniqueToStack });
    new StudioAttachment(stack, 'A', { imageVersion: version, appImageConfig, target: StudioTarget.existingDomain('d-1', { executionRole: role }) });
    version.grants.read(role);
    return stack;
  };

  test('is unique to each stack if another name is', () => {
    const names = policyNames(scene(true));
    expect(names).toEqual(Array(3).fill({ 'Fn::Join': ['', [expect.stringMatching(/^(ImagePull|StudioImages|ImageVersionGrants)c8\w{40}-Stack-eu-west-1-$/), SUFFIX]] }));
    names.forEach((name) => expect(name['Fn::Join'][1][0].length + 8).toBeLessThanOrEqual(128));
  });

  test('is fixed otherwise', () => {
    expect(policyNames(scene(false))).toEqual(Array(3).fill(expect.stringMatching(/^(ImagePull|StudioImages|ImageVersionGrants)c8\w{40}-Stack-eu-west-1$/)));
  });
});

describe('names that are unique to the stack in attachments', () => {
  const scene = (target: (stack: Stack) => StudioTarget, stackOf: (stack: Stack) => Stack = (stack) => stack) => {
    const stack = stackIn();
    const version = new Image(stack, 'Torch', { uniqueToStack: true }).addVersion('V', { baseImage: baseImage('1') });
    const appImageConfig = new AppImageConfig(stackOf(stack), 'Lab', { app: APPS.JupyterLab, uniqueToStack: true });
    new StudioAttachment(stack, 'Attachment', { imageVersion: version, appImageConfig, target: target(stack) });
    return stack;
  };

  test('to an existing target are complete', () => {
    Template.fromStack(scene(() => StudioTarget.existingDomain('d-1'))).hasResourceProperties('Custom::SageMakerStudioAttachments', {
      DefaultUserSettings: {
        JupyterLabAppSettings: { CustomImages: [{ ImageName: named('stack-torch-e2cdc212'), AppImageConfigName: named('stack-lab-9f55aeca') }] },
      },
    });
  });

  test('to an owned target are complete', () => {
    const stack = scene((scope) => StudioTarget.domain(domainIn(scope)));
    const [entry] = propertiesOf(stack.node.findChild('Domain') as CfnResource).DefaultUserSettings.JupyterLabAppSettings.CustomImages;
    expect(entry).toMatchObject({ ImageName: named('stack-torch-e2cdc212'), AppImageConfigName: named('stack-lab-9f55aeca') });
  });

  test('to an owned target of another stack refer to the image and the configuration', () => {
    let studio!: Stack;
    scene((stack) => StudioTarget.domain(domainIn(studio = new Stack(stack.node.root, 'Studio', { env: HERE }))));
    const [entry] = propertiesOf(studio.node.findChild('Domain') as CfnResource).DefaultUserSettings.JupyterLabAppSettings.CustomImages;
    expect([entry.ImageName, entry.AppImageConfigName]).toEqual([
      fromArn({ 'Fn::ImportValue': expect.stringMatching(/^Stack:ExportsOutput\w*Torch/) }),
      fromArn({ 'Fn::ImportValue': expect.stringMatching(/^Stack:ExportsOutput\w*Lab/) }),
    ]);
    expect(JSON.stringify(Template.fromStack(studio).toJSON())).not.toContain('StackId');
  });
});
