import { App, aws_ecr as ecr, aws_iam as iam, aws_kms as kms, aws_sagemaker as sagemaker, Lazy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AppImageConfig, BaseImage, Image, ImageVersion, StudioApp, StudioAppType, StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { expectOrder } from '../helpers/deployment-graph';
import { agnosticStack, baseImage, DIGEST, HERE, stackIn, warningsOf } from '../helpers/fixtures';
import { attach, domainIn, ROLE_ARN } from '../helpers/studio';

const WARNING = 'cdk-sagemaker-images:studioExecutionRole';
const arn = (service: string, resource: string, account = '111111111111') =>
  ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:${service}:eu-west-1:${account}:${resource}`]] });

function roleIn(stack: Stack, id = 'Execution'): iam.Role {
  return new iam.Role(stack, id, { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
}

/** The policy for Studio of a role, by the resource that waits for it. */
function policiesFor(stack: Stack, role: iam.CfnRole): any[] {
  const name = stack.resolve(role.ref);
  return Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
    .filter(({ Properties: { Roles, PolicyName } }) => PolicyName.startsWith('StudioImages') && JSON.stringify(Roles) === JSON.stringify([name]));
}

function isAllowed(stack: Stack, role: iam.Role): boolean {
  return policiesFor(stack, role.node.defaultChild as iam.CfnRole).length === 1 && warningsOf(stack).every(({ id }) => id !== WARNING);
}

describe('the execution role of the settings that an image is attached to', () => {
  test('may describe that image and that version and pull from that repository, and nothing else', () => {
    const stack = stackIn();
    const role = roleIn(stack);
    const { imageVersion } = attach(stack, StudioTarget.domain(domainIn(stack, { defaultUserSettings: { executionRole: role.roleArn } })));
    const [{ Properties: { PolicyDocument: { Statement } } }] = policiesFor(stack, role.node.defaultChild as iam.CfnRole);
    expect(Statement).toEqual([
      { Effect: 'Allow', Action: 'sagemaker:DescribeImage', Resource: arn('sagemaker', 'image/torch') },
      { Effect: 'Allow', Action: 'sagemaker:DescribeImageVersion', Resource: { Ref: stack.getLogicalId(imageVersion.node.defaultChild as any) } },
      { Effect: 'Allow', Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], Resource: arn('ecr', 'repository/torch') },
    ]);
  });

  test('may decrypt with the key of the repository, through ECR only', () => {
    const stack = stackIn();
    const role = roleIn(stack);
    const encryptionKey = new kms.Key(stack, 'Key');
    const repository = new ecr.Repository(stack, 'Repository', { encryptionKey });
    new StudioAttachment(stack, 'Attachment', {
      imageVersion: new Image(stack, 'Torch').addVersion('V', { baseImage: BaseImage.fromEcrRepositoryDigest(repository, DIGEST) }),
      appImageConfig: new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab() }),
      target: StudioTarget.domain(domainIn(stack), { executionRole: role }),
    });
    const [{ Properties: { PolicyDocument: { Statement } } }] = policiesFor(stack, role.node.defaultChild as iam.CfnRole);
    expect(Statement).toContainEqual({
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: stack.resolve(encryptionKey.keyArn),
      Condition: { StringEquals: { 'kms:ViaService': 'ecr.eu-west-1.amazonaws.com' } },
    });
  });

  test.each<[string, (stack: Stack, role: iam.Role) => StudioTarget]>([
    ['default user settings', (stack, role) => StudioTarget.domain(domainIn(stack, { defaultUserSettings: { executionRole: role.roleArn } }))],
    ['lazy default user settings', (stack, role) => StudioTarget.domain(domainIn(stack, {
      defaultUserSettings: Lazy.any({ produce: () => ({ executionRole: role.roleArn }) }),
    }))],
    ['default space settings', (stack, role) =>
      StudioTarget.domainSharedSpaces(domainIn(stack, { defaultSpaceSettings: { executionRole: role.roleArn } }))],
    ['user settings of a profile', (stack, role) => StudioTarget.userProfile(
      new sagemaker.CfnUserProfile(stack, 'P', { domainId: 'd-1', userProfileName: 'jo', userSettings: { executionRole: role.roleArn } }))],
    ['user settings of a profile whose domain has another role', (stack, role) => StudioTarget.userProfile(new sagemaker.CfnUserProfile(stack, 'P', {
      domainId: domainIn(stack, { defaultUserSettings: { executionRole: roleIn(stack, 'Other').roleArn } }).attrDomainId,
      userProfileName: 'jo',
      userSettings: { executionRole: role.roleArn },
    }))],
    ['domain of a profile without a role', (stack, role) => StudioTarget.userProfile(new sagemaker.CfnUserProfile(stack, 'P', {
      domainId: domainIn(stack, { defaultUserSettings: { executionRole: role.roleArn } }).attrDomainId, userProfileName: 'jo',
    }))],
    ['a given role', (stack, role) => StudioTarget.domain(domainIn(stack), { executionRole: role })],
  ])('is found: %s', (_, makeTarget) => {
    const stack = stackIn();
    const role = roleIn(stack);
    attach(stack, makeTarget(stack, role));
    expect(isAllowed(stack, role)).toBe(true);
  });

  test.each([[undefined, 'Shared'], ['Shared', 'Shared'], ['Private', 'Private']])('is that of the domain for a space that is shared: %s', (sharingType, expected) => {
    const stack = stackIn();
    const roles = { Private: roleIn(stack, 'Private'), Shared: roleIn(stack, 'Shared') };
    const domain = domainIn(stack, {
      defaultUserSettings: { executionRole: roles.Private.roleArn }, defaultSpaceSettings: { executionRole: roles.Shared.roleArn },
    });
    const spaceSharingSettings = sharingType ? { sharingType } : undefined;
    attach(stack, StudioTarget.space(new sagemaker.CfnSpace(stack, 'P', { domainId: domain.ref, spaceName: 'team', spaceSharingSettings })),
      StudioApp.kernelGateway({ kernelName: 'k' }));
    expect(Object.entries(roles).filter(([, role]) => isAllowed(stack, role)).map(([name]) => name)).toEqual([expected]);
  });

  test('may be an L1', () => {
    const stack = stackIn();
    const role = new iam.CfnRole(stack, 'Role', { assumeRolePolicyDocument: {} });
    const target = StudioTarget.domain(domainIn(stack, { defaultUserSettings: { executionRole: role.attrArn } }));
    attach(stack, target);
    attach(stack, target, StudioApp.jupyterLab(), 'other');
    expect(policiesFor(stack, role)).toHaveLength(1);
  });

  test('may be named after the image was attached', () => {
    const stack = stackIn();
    const role = roleIn(stack);
    const domain = domainIn(stack);
    attach(stack, StudioTarget.domain(domain));
    domain.defaultUserSettings = { executionRole: role.roleArn };
    expect(isAllowed(stack, role)).toBe(true);
  });

  test('may be exchanged for another after the image was attached', () => {
    const stack = stackIn();
    const [former, role] = ['Former', 'Role'].map((id) => roleIn(stack, id));
    const domain = domainIn(stack, { defaultUserSettings: { executionRole: former.roleArn } });
    attach(stack, StudioTarget.domain(domain));
    domain.defaultUserSettings = { executionRole: role.roleArn };
    expect([former, role].map((one) => isAllowed(stack, one))).toEqual([false, true]);
  });

  test('that is given is the one, whatever the settings name later', () => {
    const stack = stackIn();
    const [role, other] = ['Role', 'Other'].map((id) => roleIn(stack, id));
    const domain = domainIn(stack);
    attach(stack, StudioTarget.domain(domain, { executionRole: role }));
    domain.defaultUserSettings = { executionRole: other.roleArn };
    expect([role, other].map((one) => isAllowed(stack, one))).toEqual([true, false]);
  });

  test('has one policy for all images', () => {
    const stack = stackIn();
    const role = roleIn(stack);
    const target = StudioTarget.domain(domainIn(stack), { executionRole: role });
    ['a', 'b', 'c'].forEach((name) => attach(stack, target, StudioApp.jupyterLab(), name));
    const [{ Properties: { PolicyDocument: { Statement } } }, ...others] = policiesFor(stack, role.node.defaultChild as iam.CfnRole);
    expect(others).toEqual([]);
    expect(Statement.map(({ Action }: any) => Action)).toEqual(
      ['sagemaker:DescribeImage', 'sagemaker:DescribeImageVersion', ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']]);
  });

  // Without it the update of the domain fails.
  test('is allowed before the domain is changed, also when other permissions of it wait for the domain', () => {
    const stack = stackIn();
    const role = roleIn(stack);
    const domain = domainIn(stack, { defaultUserSettings: { executionRole: role.roleArn } });
    role.addToPolicy(new iam.PolicyStatement({ actions: ['sagemaker:DescribeDomain'], resources: [domain.attrDomainArn] }));
    attach(stack, StudioTarget.domain(domain));
    Template.fromStack(stack);
    const policy = stack.node.children.find(({ node }) => node.id.startsWith('StudioImages'))!;
    expectOrder(stack.node.root as App, [policy, domain]);
  });

  test('may be in the stack of the domain when the image is in another, which waits for none', () => {
    const app = new App();
    const studio = new Stack(app, 'Studio', { env: HERE });
    const role = roleIn(studio);
    const domain = domainIn(studio, { defaultUserSettings: { executionRole: role.roleArn } });
    const { imageVersion } = attach(new Stack(app, 'Images', { env: HERE }), StudioTarget.domain(domain));
    expectOrder(app, [imageVersion, domain]);
    expect(policiesFor(studio, role.node.defaultChild as iam.CfnRole)).toHaveLength(1);
  });

  test('may be the role of the image too', () => {
    const stack = stackIn();
    const role = roleIn(stack);
    const domain = domainIn(stack, { defaultUserSettings: { executionRole: role.roleArn } });
    const imageVersion = new Image(stack, 'Torch', { role }).addVersion('V', { baseImage: baseImage('1') });
    imageVersion.grants.read(role);
    new StudioAttachment(stack, 'Attachment', {
      imageVersion, appImageConfig: new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab() }), target: StudioTarget.domain(domain),
    });
    expectOrder(stack.node.root as App, [imageVersion, domain]);
  });
});

describe('a repository in another account', () => {
  test('lets the execution role in where this app owns it', () => {
    const app = new App();
    const repository = new ecr.Repository(new Stack(app, 'Owner', { env: { account: '222222222222', region: HERE.region } }), 'R', { repositoryName: 'shared' });
    const stack = new Stack(app, 'Stack', { env: HERE });
    const role = new iam.Role(stack, 'Execution', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com'), roleName: 'execution' });
    new StudioAttachment(stack, 'Attachment', {
      imageVersion: new Image(stack, 'Torch').addVersion('V', { baseImage: BaseImage.fromEcrRepositoryDigest(repository, DIGEST) }),
      appImageConfig: new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab() }),
      target: StudioTarget.domain(domainIn(stack), { executionRole: role }),
    });
    expect(JSON.stringify(Template.fromStack(repository.stack).findResources('AWS::ECR::Repository'))).toContain(':role/execution');
  });
});

describe('an execution role that cannot be allowed', () => {
  test('is a warning that says what to allow', () => {
    const stack = agnosticStack();
    const repository = ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch');
    const imageVersion = new Image(stack, 'Torch', { imageName: 'torch' }).addVersion('V', { baseImage: BaseImage.fromEcrRepository(repository, '1') });
    new StudioAttachment(stack, 'Attachment', {
      imageVersion,
      appImageConfig: new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab() }),
      target: StudioTarget.domain(domainIn(stack, { defaultUserSettings: { executionRole: ROLE_ARN } })),
    });
    Template.fromStack(stack);
    const here = ':${AWS::Region}:${AWS::AccountId}:';
    expect(warningsOf(stack).filter(({ path }) => path === 'Stack/Attachment')).toEqual([{
      path: 'Stack/Attachment',
      id: WARNING,
      text: 'the execution role of Stack/Domain may not be able to use the image, and the attachment or the start of an app would then fail: '
        + 'pass executionRole to the target, or let the owner of the role allow it '
        + `sagemaker:DescribeImage on arn:\${AWS::Partition}:sagemaker${here}image/torch, `
        + `sagemaker:DescribeImageVersion on arn:\${AWS::Partition}:sagemaker${here}image-version/torch/*, `
        + `ecr:BatchGetImage and ecr:GetDownloadUrlForLayer on arn:\${AWS::Partition}:ecr${here}repository/torch`,
    }]);
  });

  test.each<[string, (stack: Stack) => StudioTarget]>([
    ['it may not be changed', (stack) => StudioTarget.domain(domainIn(stack), { executionRole: roleIn(stack).withoutPolicyUpdates() })],
    ['it is an import', (stack) => StudioTarget.domain(domainIn(stack))],
    ['the domain of a profile is an import', (stack) =>
      StudioTarget.userProfile(new sagemaker.CfnUserProfile(stack, 'P', { domainId: 'd-1', userProfileName: 'jo' }))],
  ])('is a warning: %s', (_, makeTarget) => {
    const stack = stackIn();
    attach(stack, makeTarget(stack));
    Template.fromStack(stack);
    expect(warningsOf(stack).map(({ id }) => id)).toEqual([WARNING]);
  });

  test('is a warning about the pull alone where only the repository is not known', () => {
    const stack = stackIn();
    const role = roleIn(stack);
    new StudioAttachment(stack, 'Attachment', {
      imageVersion: ImageVersion.fromImageVersionArn(stack, 'V', 'arn:aws:sagemaker:eu-west-1:111111111111:image-version/torch/3'),
      appImageConfig: AppImageConfig.fromAppImageConfigAttributes(stack, 'C', { appImageConfigName: 'c', appType: StudioAppType.JUPYTER_LAB }),
      target: StudioTarget.domain(domainIn(stack), { executionRole: role }),
    });
    const [{ Properties: { PolicyDocument: { Statement } } }] = policiesFor(stack, role.node.defaultChild as iam.CfnRole);
    expect(Statement.map(({ Resource }: any) => Resource)).toEqual([
      arn('sagemaker', 'image/torch'), 'arn:aws:sagemaker:eu-west-1:111111111111:image-version/torch/3',
    ]);
    expect(warningsOf(stack)).toEqual([{
      path: 'Stack/Attachment',
      id: WARNING,
      text: 'the execution role of Stack/Domain may not be able to use the image, and the attachment or the start of an app would then fail: '
        + 'allow it ecr:BatchGetImage and ecr:GetDownloadUrlForLayer on the repository of the base image',
    }]);
  });

  test('is no warning about a repository that an L1 names', () => {
    const stack = stackIn();
    new StudioAttachment(stack, 'Attachment', {
      imageVersion: new sagemaker.CfnImageVersion(stack, 'V', { imageName: 'torch', baseImage: '111111111111.dkr.ecr.eu-west-1.amazonaws.com/torch:1' }),
      appImageConfig: new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab() }),
      target: StudioTarget.domain(domainIn(stack), { executionRole: roleIn(stack) }),
    });
    expect(warningsOf(stack)).toEqual([]);
  });
});
