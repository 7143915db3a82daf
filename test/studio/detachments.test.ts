import {
  App, aws_iam as iam, aws_sagemaker as sagemaker, aws_servicecatalog as servicecatalog, BootstraplessSynthesizer, CfnCondition, CfnResource, Fn,
  Lazy, LegacyStackSynthesizer, NestedStack, RemovalPolicies, Stack,
} from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Image, ImagesProvider, ImageVersionLookup, ImageVersionSelector, StudioAttachment, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { baseImage, errorOf, HERE, stackIn, warningsOf } from '../helpers/fixtures';
import { APPS, attach, domainIn, imageIn, ROLE_ARN } from '../helpers/studio';

const DETACHMENTS = 'Custom::SageMakerStudioDetachments';

/** The entry of an image and its configuration, without a version number. */
const entry = (name = 'torch') => ({ ImageName: name, AppImageConfigName: `${name}-config` });
const list = (...names: string[]) => ({ CustomImages: names.map(entry) });
const domainId = { 'Fn::GetAtt': ['Domain', 'DomainId'] };

function resourcesOf(stack: Stack): { targets: any; dependsOn: string[]; statements: any[] } {
  const template = Template.fromStack(stack);
  const [{ Properties, DependsOn }] = Object.values(template.findResources(DETACHMENTS)) as any[];
  const [policy] = Object.entries(template.findResources('AWS::IAM::ManagedPolicy')).filter(([id]) => id.startsWith('SageMakerImagesDetachmentPermissions'));
  expect(DependsOn).toContain(policy[0]);
  return { targets: Properties.Targets, dependsOn: DependsOn, statements: policy[1].Properties.PolicyDocument.Statement };
}

const profileIn = (stack: Stack, props: Partial<sagemaker.CfnUserProfileProps> = {}, id = 'Profile') =>
  new sagemaker.CfnUserProfile(stack, id, { domainId: 'd-1', userProfileName: 'jo', ...props });
const arnOf = (resource: string) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:sagemaker:eu-west-1:111111111111:${resource}`]] });
const PASSED = { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } };

test('the custom resource waits for what is part of a domain in its stack, and for nothing else', () => {
  const stack = stackIn();
  const elsewhere = new Stack(stack.node.root, 'Elsewhere', { env: HERE });
  attach(stack, StudioTarget.domain(domainIn(stack)));
  const profile = profileIn(stack);
  profileIn(elsewhere);
  const unrelated = new CfnResource(stack, 'Unrelated', { type: 'AWS::S3::Bucket' });
  const { dependsOn } = resourcesOf(stack);
  expect(dependsOn).toContain(stack.resolve(profile.logicalId));
  expect(dependsOn).not.toContain(stack.resolve(unrelated.logicalId));
  expect(stack.dependencies).toEqual([]);
});

test('one custom resource of a stack lists the images of all its targets, without version numbers', () => {
  const stack = stackIn();
  const domain = domainIn(stack, { defaultSpaceSettings: { executionRole: ROLE_ARN } });
  const space = new sagemaker.CfnSpace(stack, 'Space', { domainId: 'd-1', spaceName: 'team' });
  attach(stack, StudioTarget.space(space), APPS.KernelGateway, 's');
  attach(stack, StudioTarget.domain(domain), APPS.JupyterLab, 'z');
  attach(stack, StudioTarget.domain(domain), APPS.JupyterLab, 'a');
  attach(stack, StudioTarget.domain(domain), APPS.CodeEditor, 'e');
  attach(stack, StudioTarget.domainSharedSpaces(domain), APPS.KernelGateway, 'k');
  attach(stack, StudioTarget.userProfile(profileIn(stack)), APPS.JupyterLab, 'p');
  Template.fromStack(stack).resourceCountIs(DETACHMENTS, 1);
  const { targets } = resourcesOf(stack);
  expect(targets).toEqual({
    Domain: {
      DomainId: domainId,
      DefaultUserSettings: { JupyterLabAppSettings: list('a', 'z'), CodeEditorAppSettings: list('e') },
      DefaultSpaceSettings: { KernelGatewayAppSettings: list('k') },
      PassExecutionRole: ['DefaultSpaceSettings', 'DefaultUserSettings'],
    },
    Profile: { DomainId: 'd-1', UserProfileName: 'jo', UserSettings: { JupyterLabAppSettings: list('p') } },
    Space: { DomainId: 'd-1', SpaceName: 'team', SpaceSettings: { KernelGatewayAppSettings: list('s') } },
  });
  expect(Object.keys(targets)).toEqual(['Domain', 'Profile', 'Space']);
});

test('a stack without images attached to owned targets has no such resource', () => {
  const stack = stackIn();
  domainIn(stack);
  attach(stack, StudioTarget.existingDomain('d-1'));
  Template.fromStack(stack).resourceCountIs(DETACHMENTS, 0);
  Template.fromStack(stack).resourceCountIs('AWS::IAM::ManagedPolicy', 1);
});

/** IAM has no resource for it. */
const LIST_APPS = { Effect: 'Allow', Action: 'sagemaker:ListApps', Resource: '*' };

test('the function may describe and update exactly the targets, pass their execution roles, and list apps', () => {
  const stack = stackIn();
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
  attach(stack, StudioTarget.domain(domainIn(stack, { defaultUserSettings: { executionRole: role.roleArn } })));
  attach(stack, StudioTarget.userProfile(profileIn(stack)), APPS.JupyterLab, 'p');
  const roleArn = { 'Fn::GetAtt': [stack.getLogicalId(role.node.defaultChild as CfnResource), 'Arn'] };
  expect(resourcesOf(stack).statements).toEqual([
    {
      Effect: 'Allow',
      Action: ['sagemaker:DescribeDomain', 'sagemaker:UpdateDomain'],
      Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':sagemaker:eu-west-1:111111111111:domain/', domainId]] },
    },
    LIST_APPS,
    { Effect: 'Allow', Action: ['sagemaker:DescribeUserProfile', 'sagemaker:UpdateUserProfile'], Resource: arnOf('user-profile/d-1/jo') },
    { Effect: 'Allow', Action: 'iam:PassRole', Resource: roleArn, Condition: PASSED },
  ]);
});

describe('the execution role', () => {
  const yes = { ExecutionRole: 'arn:yes' };
  const none = { Ref: 'AWS::NoValue' };

  test.each<[string, any, unknown]>([
    ['a lazy value', Lazy.any({ produce: () => ({ executionRole: 'arn:lazy' }) }), 'arn:lazy'],
    ['in both branches of a condition', Fn.conditionIf('Prod', yes, { ExecutionRole: 'arn:no' }), { 'Fn::If': ['Prod', 'arn:yes', 'arn:no'] }],
    ['in one branch of a condition', Fn.conditionIf('Prod', none, yes), 'arn:yes'],
    ['a conditional role', { executionRole: Fn.conditionIf('Prod', 'arn:yes', none) as any }, 'arn:yes'],
    ['no role', { securityGroups: ['sg-1'] }, undefined],
    ['an absent role', { executionRole: none }, undefined],
  ])('may be passed: %s', (_, userSettings, expected) => {
    const stack = stackIn();
    new CfnCondition(stack, 'Prod');
    attach(stack, StudioTarget.userProfile(profileIn(stack, { userSettings })));
    const { statements, targets } = resourcesOf(stack);
    const statement = { Effect: 'Allow', Action: 'iam:PassRole', Resource: expected, Condition: PASSED };
    expect(statements.slice(1)).toEqual([LIST_APPS, ...expected === undefined ? [] : [statement]]);
    expect(targets.Profile.PassExecutionRole).toEqual(expected === undefined ? undefined : ['UserSettings']);
  });

  test('may be passed if it belongs to another stack', () => {
    const app = new App();
    const [ofRole, stack] = ['Roles', 'Stack'].map((id) => new Stack(app, id, { env: HERE }));
    const role = new iam.Role(ofRole, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    attach(stack, StudioTarget.domain(domainIn(stack, { defaultUserSettings: { executionRole: role.roleArn } })));
    expect(resourcesOf(stack).statements[2].Resource).toEqual({ 'Fn::ImportValue': expect.stringContaining('Role') });
  });
});

test('a role of the function that accepts no permissions gets a warning with readable ARNs', () => {
  const stack = stackIn();
  ImagesProvider.configure(stack, { role: iam.Role.fromRoleArn(stack, 'Role', ROLE_ARN, { mutable: false }) });
  attach(stack, StudioTarget.domain(domainIn(stack)));
  const texts = warningsOf(stack).filter(({ id }) => id === 'cdk-sagemaker-images:providerRole').map(({ text }) => text.split('grant it ')[1]);
  expect(texts).toEqual([expect.stringContaining(
    'sagemaker:DescribeDomain and sagemaker:UpdateDomain on arn:${AWS::Partition}:sagemaker:eu-west-1:111111111111:domain/${Domain.DomainId}, '
    + `sagemaker:ListApps on *, iam:PassRole on ${ROLE_ARN}`,
  )]);
});

test('a target with a condition is listed and permitted only with the condition', () => {
  const stack = stackIn();
  const domain = domainIn(stack);
  attach(stack, StudioTarget.domain(domain));
  domain.cfnOptions.condition = new CfnCondition(stack, 'Prod');
  const { targets, statements } = resourcesOf(stack);
  expect(targets.Domain).toEqual({ 'Fn::If': ['Prod', expect.objectContaining({ DomainId: domainId }), { Ref: 'AWS::NoValue' }] });
  // Without the domain, the policy still needs a valid ARN.
  expect(statements[0].Resource['Fn::Join'][1][3]).toEqual({ 'Fn::If': ['Prod', domainId, 'none'] });
});

test('it waits for the targets, the versions, the configurations, and everything in the domain', () => {
  const stack = stackIn();
  const domain = domainIn(stack);
  profileIn(stack, { domainId: domain.attrDomainId });
  const { imageVersion, appImageConfig } = attach(stack, StudioTarget.domain(domain));
  const ids = [domain, imageVersion.node.defaultChild, appImageConfig.node.defaultChild].map((one) => stack.getLogicalId(one as CfnResource));
  expect(resourcesOf(stack).dependsOn).toEqual(expect.arrayContaining(['Profile', ...ids]));
});

test('a domain can wait for an image that is looked up in its stack, which needs the same function', () => {
  const stack = stackIn();
  const image = Image.fromImageName(stack, 'Image', 'torch');
  const imageVersion = new ImageVersionLookup(stack, 'Lookup', { image, version: ImageVersionSelector.latest() });
  const target = StudioTarget.domain(domainIn(stack));
  new StudioAttachment(stack, 'Attachment', { imageVersion, appImageConfig: imageIn(stack).config, target });
  // Throws if the template has a cycle.
  expect(resourcesOf(stack).targets.Domain.DefaultUserSettings.JupyterLabAppSettings).toEqual(list('torch'));
});

test('each stack of a target has its own, a nested stack too', () => {
  const app = new App();
  const [images, studio] = ['Images', 'Studio'].map((id) => new Stack(app, id, { env: HERE }));
  const nested = new NestedStack(studio, 'Nested');
  const { version: imageVersion, config: appImageConfig } = imageIn(images);
  [studio, nested].forEach((stack, index) => new StudioAttachment(images, `A${index}`, {
    imageVersion, appImageConfig, target: StudioTarget.domain(domainIn(stack)),
  }));
  const count = (stack: Stack) => Object.keys(Template.fromStack(stack).findResources(DETACHMENTS)).length;
  expect([images, studio, nested].map(count)).toEqual([0, 1, 1]);
});

describe('a stack that accepts no assets', () => {
  const bootstrapless = () => stackIn(HERE, { synthesizer: new BootstraplessSynthesizer() });
  const product = () => new servicecatalog.ProductStack(stackIn(), 'Product');
  const WARNING = (path: string) => `stack '${path}' does not support assets, so it has no function that detaches images: when the last image of a list `
    + 'is removed from the app, leave customImages: [] in its settings, or use the DefaultStackSynthesizer';

  test('has no function for owned targets, but one warning', () => {
    const stack = bootstrapless();
    const target = StudioTarget.domain(domainIn(stack), { executionRole: new iam.Role(stack, 'Role', { assumedBy: new iam.AnyPrincipal() }) });
    attach(stack, target);
    attach(stack, target, APPS.CodeEditor, 'other');
    expect(warningsOf(stack).filter(({ id }) => id === 'cdk-sagemaker-images:studioImageNotDetached')).toEqual([
      { path: 'Stack/torch-attachment', id: 'cdk-sagemaker-images:studioImageNotDetached', text: WARNING('Stack') },
    ]);
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Lambda::Function', 0);
    template.hasResourceProperties('AWS::SageMaker::Domain', { DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [{ ImageName: 'torch' }] } } });
    expect(stack.node.tryFindChild('$SageMakerImages')).toBeUndefined();
  });

  test('can be a product of Service Catalog', () => {
    const stack = product();
    const { node } = attach(stack, StudioTarget.domain(domainIn(stack)));
    expect(node.metadata.map(({ data }) => data)).toContainEqual(expect.stringContaining(WARNING('Stack/Product')));
  });

  test.each<[string, (stack: Stack) => unknown, string]>([
    ['an existing domain', (stack) => attach(stack, StudioTarget.existingDomain('d-1')), 'torch-attachment'],
    ['a look-up', (stack) => new ImageVersionLookup(stack, 'Lookup', { image: Image.fromImageName(stack, 'Image', 'torch') }), 'Lookup'],
  ])('cannot have %s, which the error says with its path', (_, make, id) => {
    expect(errorOf(() => make(bootstrapless()))).toBe(`Stack/${id}: 1 problem\n  a Lambda function is needed, whose code is an asset, but stack 'Stack' accepts no assets `
      + '(Cannot add assets to a Stack that uses the BootstraplessSynthesizer): use the DefaultStackSynthesizer, or give a product of Service Catalog an assetBucket. '
      + 'See https://github.com/cdk-sagemaker-images/cdk-sagemaker-images/blob/main/docs/troubleshooting.md#a-stack-accepts-no-assets');
    expect(errorOf(() => make(product()))).toContain(`Stack/Product/${id}: 1 problem\n  a Lambda function is needed`);
  });

  test('is not one with the LegacyStackSynthesizer', () => {
    const stack = stackIn(HERE, { synthesizer: new LegacyStackSynthesizer() });
    attach(stack, StudioTarget.domain(domainIn(stack)));
    Template.fromStack(stack).resourceCountIs(DETACHMENTS, 1);
  });
});

test('another release changes nothing in it, so that the function is not called', () => {
  const targetsFor = (tag: string) => {
    const stack = stackIn();
    new StudioImage(stack, 'Torch', { baseImage: baseImage(tag), app: APPS.JupyterLab, attachTo: [StudioTarget.domain(domainIn(stack))] });
    return resourcesOf(stack).targets;
  };
  expect(targetsFor('2')).toEqual(targetsFor('1'));
});

// The policies of a role are limited in number, and without its configuration, an entry would be broken.
test('with RemovalPolicies.retain(), its policy is deleted, and it is retained together with the configurations', () => {
  const stack = stackIn();
  attach(stack, StudioTarget.domain(domainIn(stack)));
  RemovalPolicies.of(stack).retain();
  const template = Template.fromStack(stack);
  const policies = Object.values(template.findResources('AWS::IAM::ManagedPolicy'));
  expect(policies.map(({ DeletionPolicy, UpdateReplacePolicy }) => DeletionPolicy ?? UpdateReplacePolicy)).toEqual([undefined, undefined]);
  for (const type of [DETACHMENTS, 'AWS::SageMaker::AppImageConfig']) {
    template.allResources(type, { DeletionPolicy: 'Retain' });
  }
});
