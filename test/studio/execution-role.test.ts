import { Annotations, App, aws_ecr as ecr, aws_iam as iam, aws_kms as kms, aws_sagemaker as sagemaker, Lazy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AppImageConfig, BaseImage, Image, ImageVersion, StudioApp, StudioAppType, StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { expectOrder } from '../helpers/deployment-graph';
import { agnosticStack, baseImage, DIGEST, HERE, OTHER_ACCOUNT, stackIn, warningsOf } from '../helpers/fixtures';
import { attach, domainIn, imageIn, ROLE_ARN } from '../helpers/studio';

const WARNING = 'cdk-sagemaker-images:studioExecutionRole';
const arn = (service: string, resource: string) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:${service}:eu-west-1:111111111111:${resource}` });
const [MAY_NOT, FAILS] = ['the execution role of', 'may not be able to use the attached images:'];

function roleIn(stack: Stack, id = 'Execution'): iam.Role {
  return new iam.Role(stack, id, { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
}

/** The policies of a role with its permissions for Studio. */
function policiesFor(stack: Stack, role: iam.CfnRole): any[] {
  const name = stack.resolve(role.ref);
  return Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
    .filter(({ Properties: { Roles, PolicyName } }) => PolicyName.startsWith('StudioImages') && JSON.stringify(Roles) === JSON.stringify([name]));
}

function isGranted(stack: Stack, role: iam.Role): boolean {
  return policiesFor(stack, role.node.defaultChild as iam.CfnRole).length === 1 && warningsOf(stack).every(({ id }) => id !== WARNING);
}

describe('the execution role of a target', () => {
  test('is granted to describe the image and the version and to pull from the repository, and nothing else', () => {
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

  test('is granted to decrypt with the key of the repository, only through ECR', () => {
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
    ['named by default user settings', (stack, role) => StudioTarget.domain(domainIn(stack, { defaultUserSettings: { executionRole: role.roleArn } }))],
    ['named by lazy default user settings', (stack, role) => StudioTarget.domain(domainIn(stack, {
      defaultUserSettings: Lazy.any({ produce: () => ({ executionRole: role.roleArn }) }),
    }))],
    ['named by default space settings', (stack, role) =>
      StudioTarget.domainSharedSpaces(domainIn(stack, { defaultSpaceSettings: { executionRole: role.roleArn } }))],
    ['named by a user profile', (stack, role) => StudioTarget.userProfile(
      new sagemaker.CfnUserProfile(stack, 'P', { domainId: 'd-1', userProfileName: 'jo', userSettings: { executionRole: role.roleArn } }))],
    ['named by a user profile whose domain has another role', (stack, role) => StudioTarget.userProfile(new sagemaker.CfnUserProfile(stack, 'P', {
      domainId: domainIn(stack, { defaultUserSettings: { executionRole: roleIn(stack, 'Other').roleArn } }).attrDomainId,
      userProfileName: 'jo',
      userSettings: { executionRole: role.roleArn },
    }))],
    ['named by the domain of a user profile without a role', (stack, role) => StudioTarget.userProfile(new sagemaker.CfnUserProfile(stack, 'P', {
      domainId: domainIn(stack, { defaultUserSettings: { executionRole: role.roleArn } }).attrDomainId, userProfileName: 'jo',
    }))],
    ['given to the target', (stack, role) => StudioTarget.domain(domainIn(stack), { executionRole: role })],
  ])('is found: %s', (_, makeTarget) => {
    const stack = stackIn();
    const role = roleIn(stack);
    attach(stack, makeTarget(stack, role));
    expect(isGranted(stack, role)).toBe(true);
  });

  test.each([[undefined, 'Shared'], ['Shared', 'Shared'], ['Private', 'Private']])('of a space with sharing type %s is that of the domain for %s spaces', (sharingType, expected) => {
    const stack = stackIn();
    const roles = { Private: roleIn(stack, 'Private'), Shared: roleIn(stack, 'Shared') };
    const domain = domainIn(stack, {
      defaultUserSettings: { executionRole: roles.Private.roleArn }, defaultSpaceSettings: { executionRole: roles.Shared.roleArn },
    });
    const spaceSharingSettings = sharingType ? { sharingType } : undefined;
    attach(stack, StudioTarget.space(new sagemaker.CfnSpace(stack, 'P', { domainId: domain.ref, spaceName: 'team', spaceSharingSettings })),
      StudioApp.kernelGateway({ kernelName: 'k' }));
    expect(Object.entries(roles).filter(([, role]) => isGranted(stack, role)).map(([name]) => name)).toEqual([expected]);
  });

  test('can be an L1', () => {
    const stack = stackIn();
    const role = new iam.CfnRole(stack, 'Role', { assumeRolePolicyDocument: {} });
    const target = StudioTarget.domain(domainIn(stack, { defaultUserSettings: { executionRole: role.attrArn } }));
    attach(stack, target);
    attach(stack, target, StudioApp.jupyterLab(), 'other');
    expect(policiesFor(stack, role)).toHaveLength(1);
  });

  test('can be set in the settings after the image was attached', () => {
    const stack = stackIn();
    const role = roleIn(stack);
    const domain = domainIn(stack);
    attach(stack, StudioTarget.domain(domain));
    domain.defaultUserSettings = { executionRole: role.roleArn };
    expect(isGranted(stack, role)).toBe(true);
  });

  test('can be replaced by another in the settings after the image was attached', () => {
    const stack = stackIn();
    const [former, role] = ['Former', 'Role'].map((id) => roleIn(stack, id));
    const domain = domainIn(stack, { defaultUserSettings: { executionRole: former.roleArn } });
    attach(stack, StudioTarget.domain(domain));
    domain.defaultUserSettings = { executionRole: role.roleArn };
    expect([former, role].map((one) => isGranted(stack, one))).toEqual([false, true]);
  });

  test('is the given one, whatever the settings name later', () => {
    const stack = stackIn();
    const [role, other] = ['Role', 'Other'].map((id) => roleIn(stack, id));
    const domain = domainIn(stack);
    attach(stack, StudioTarget.domain(domain, { executionRole: role }));
    domain.defaultUserSettings = { executionRole: other.roleArn };
    expect([role, other].map((one) => isGranted(stack, one))).toEqual([true, false]);
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

  // Without the permissions, the update of the domain fails.
  test('is granted the permissions before the domain is changed, even if its other policies wait for the domain', () => {
    const stack = stackIn();
    const role = roleIn(stack);
    const domain = domainIn(stack, { defaultUserSettings: { executionRole: role.roleArn } });
    role.addToPolicy(new iam.PolicyStatement({ actions: ['sagemaker:DescribeDomain'], resources: [domain.attrDomainArn] }));
    attach(stack, StudioTarget.domain(domain));
    Template.fromStack(stack);
    const policy = stack.node.children.find(({ node }) => node.id.startsWith('StudioImages'))!;
    expectOrder(stack.node.root as App, [policy, domain]);
  });

  test('can be in the stack of the domain while the image is in another stack', () => {
    const app = new App();
    const studio = new Stack(app, 'Studio', { env: HERE });
    const role = roleIn(studio);
    const domain = domainIn(studio, { defaultUserSettings: { executionRole: role.roleArn } });
    const { imageVersion } = attach(new Stack(app, 'Images', { env: HERE }), StudioTarget.domain(domain));
    expectOrder(app, [imageVersion, domain]);
    expect(policiesFor(studio, role.node.defaultChild as iam.CfnRole)).toHaveLength(1);
  });

  test('can also be the role of the image', () => {
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
  test('grants the execution role the pull, if the app owns it', () => {
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

describe('an execution role without permissions', () => {
  test('causes a warning that lists the permissions to grant', () => {
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
      text: `${MAY_NOT} Stack/Domain ${FAILS} pass executionRole to the target, or let the owner of the role grant it `
        + `sagemaker:DescribeImage on arn:\${AWS::Partition}:sagemaker${here}image/torch, `
        + `sagemaker:DescribeImageVersion on arn:\${AWS::Partition}:sagemaker${here}image-version/torch/*, `
        + `ecr:BatchGetImage and ecr:GetDownloadUrlForLayer on arn:\${AWS::Partition}:ecr${here}repository/torch`,
    }]);
  });

  test.each<[string, (stack: Stack) => StudioTarget]>([
    ['the role takes no policies', (stack) => StudioTarget.domain(domainIn(stack), { executionRole: roleIn(stack).withoutPolicyUpdates() })],
    ['the app does not own the role', (stack) => StudioTarget.domain(domainIn(stack))],
    ['the app does not own the domain of a user profile', (stack) =>
      StudioTarget.userProfile(new sagemaker.CfnUserProfile(stack, 'P', { domainId: 'd-1', userProfileName: 'jo' }))],
  ])('causes a warning: %s', (_, makeTarget) => {
    const stack = stackIn();
    attach(stack, makeTarget(stack));
    Template.fromStack(stack);
    expect(warningsOf(stack).map(({ id }) => id)).toEqual([WARNING]);
  });

  test('causes a warning about the pull alone, if only the repository is unknown', () => {
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
      text: `${MAY_NOT} Stack/Domain ${FAILS} grant it ecr:BatchGetImage and ecr:GetDownloadUrlForLayer on the repository of the base image`,
    }]);
  });

  test('causes no warning about a repository that an L1 names', () => {
    const stack = stackIn();
    new StudioAttachment(stack, 'Attachment', {
      imageVersion: new sagemaker.CfnImageVersion(stack, 'V', { imageName: 'torch', baseImage: '111111111111.dkr.ecr.eu-west-1.amazonaws.com/torch:1' }),
      appImageConfig: new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab() }),
      target: StudioTarget.domain(domainIn(stack), { executionRole: roleIn(stack) }),
    });
    expect(warningsOf(stack)).toEqual([]);
  });

  describe('causes one warning for each target', () => {
    const warningsFor = (names: string[], ...makeTargets: ((stack: Stack) => StudioTarget)[]) => {
      const stack = stackIn();
      const targets = makeTargets.map((make) => make(stack));
      for (const name of names) {
        const { version, config } = imageIn(stack, StudioApp.jupyterLab(), name);
        targets.forEach((target, index) =>
          new StudioAttachment(stack, `${name}-attachment${index}`, { imageVersion: version, appImageConfig: config, target }));
      }
      Template.fromStack(stack);
      return warningsOf(stack);
    };
    const existingDomain = () => StudioTarget.existingDomain('d-1');
    const OWNER = 'pass executionRole to the target, or let the owner of the role grant it';
    const PREFIX = 'arn:${AWS::Partition}:sagemaker:eu-west-1:111111111111';
    const onImages = (names: string[]) => names.map((name) => `${PREFIX}:image/${name}`).join(', ');
    const onVersions = (names: string[]) => names.map((name) => `${PREFIX}:image-version/${name}/*`).join(', ');
    // All images have container images in one repository.
    const PULL = 'ecr:BatchGetImage and ecr:GetDownloadUrlForLayer on arn:${AWS::Partition}:ecr:eu-west-1:111111111111:repository/torch';
    const textFor = (whose: string, names: string[], rest = '') => `${MAY_NOT} ${whose} ${FAILS} ${OWNER} `
      + `sagemaker:DescribeImage on ${onImages(names)}${rest}, sagemaker:DescribeImageVersion on ${onVersions(names)}${rest}, ${PULL}`;

    test.each<[string, (stack: Stack) => StudioTarget, string]>([
      ['an existing domain', existingDomain, 'domain d-1'],
      ['an owned domain', (stack) => StudioTarget.domain(domainIn(stack)), 'Stack/Domain'],
    ])('that lists the permissions for all images: %s', (_, makeTarget, whose) => {
      const names = ['b', 'c', 'a'];
      expect(warningsFor(names, makeTarget)).toEqual([{ path: 'Stack/b-attachment0', id: WARNING, text: textFor(whose, names) }]);
    });

    test.each<[string, (stack: Stack) => StudioTarget, string]>([
      ['an existing domain', existingDomain, 'domain d-1'],
      ['an owned domain', (stack) => StudioTarget.domain(domainIn(stack)), 'Stack/Domain'],
    ])('that names at most five resources for each action: %s', (_, makeTarget, whose) => {
      const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
      expect(warningsFor(names.slice(0, 5), makeTarget).map(({ text }) => text)).toEqual([textFor(whose, names.slice(0, 5))]);
      expect(warningsFor(names.slice(0, 6), makeTarget).map(({ text }) => text)).toEqual([textFor(whose, names.slice(0, 5), ' and 1 more')]);
      expect(warningsFor(names, makeTarget)).toEqual([{ path: 'Stack/a-attachment0', id: WARNING, text: textFor(whose, names.slice(0, 5), ' and 2 more') }]);
    });

    test('of several targets, but only one for a role that they share', () => {
      const immutable = (stack: Stack, id: string) => iam.Role.fromRoleArn(stack, id, 'arn:aws:iam::111111111111:role/execution', { mutable: false });
      expect(warningsFor(['a'],
        (stack) => StudioTarget.existingDomain('d-1', { executionRole: immutable(stack, 'One') }),
        (stack) => StudioTarget.existingUserProfile('d-1', 'jo', { executionRole: immutable(stack, 'Other') }),
      )).toEqual([{ path: 'Stack/a-attachment0', id: WARNING, text: textFor('domain d-1 and of user profile jo of domain d-1', ['a']) }]);
    });

    test('of several targets', () => {
      const warnings = warningsFor(['a', 'b'], existingDomain, () => StudioTarget.existingUserProfile('d-1', 'jo'), (stack) => StudioTarget.domain(domainIn(stack)));
      expect(warnings).toEqual([
        { path: 'Stack/a-attachment0', id: WARNING, text: textFor('domain d-1', ['a', 'b']) },
        { path: 'Stack/a-attachment1', id: WARNING, text: textFor('user profile jo of domain d-1', ['a', 'b']) },
        { path: 'Stack/a-attachment2', id: WARNING, text: textFor('Stack/Domain', ['a', 'b']) },
      ]);
    });

    test('even in two stacks, and the same after another synth', () => {
      const app = new App();
      const stacks = ['One', 'Two'].map((id) => new Stack(app, id, { env: HERE }));
      stacks.forEach((stack) => ['a', 'b'].forEach((name) => attach(stack, existingDomain(), StudioApp.jupyterLab(), `${stack.node.id.toLowerCase()}-${name}`)));
      const warnings = () => stacks.map((stack) => warningsOf(stack).map(({ path, text }) => [path, text]));
      const expected = [[['One/one-a-attachment', textFor('domain d-1', ['one-a', 'one-b', 'two-a', 'two-b'])]], []];
      expect(warnings()).toEqual(expected);
      app.synth({ force: true });
      expect(warnings()).toEqual(expected);
    });

    test('but not of targets that have one id in two accounts', () => {
      const app = new App();
      const stacks = [HERE, OTHER_ACCOUNT].map((env, index) => new Stack(app, `Stack${index}`, { env }));
      stacks.forEach((stack) => attach(stack, existingDomain()));
      app.synth();
      expect(stacks.map((stack) => warningsOf(stack).filter(({ id }) => id === WARNING).length)).toEqual([1, 1]);
    });

    // The settings of an owned domain are read later.
    test.each<[string, (stack: Stack) => StudioTarget, number, string]>([
      ['two owned domains', (stack) => StudioTarget.domain(domainIn(stack, {}, 'Other')), 0, 'Stack/Domain and of Stack/Other'],
      ['an owned and an existing domain', (stack) => StudioTarget.existingDomain('d-1', {
        executionRole: iam.Role.fromRoleArn(stack, 'Import', ROLE_ARN, { mutable: false }),
      }), 1, 'domain d-1 and of Stack/Domain'],
    ])('but only one for a role that the settings name by its ARN: %s', (_, makeOther, first, whose) => {
      expect(warningsFor(['a'], (stack) => StudioTarget.domain(domainIn(stack)), makeOther))
        .toEqual([{ path: `Stack/a-attachment${first}`, id: WARNING, text: textFor(whose, ['a']) }]);
    });

    test('that can be acknowledged on the stack', () => {
      const stack = stackIn();
      Annotations.of(stack).acknowledgeWarning(WARNING, 'the owner granted it');
      ['a', 'b'].forEach((name) => attach(stack, existingDomain(), StudioApp.jupyterLab(), name));
      expect(warningsOf(stack)).toEqual([]);
    });

  });
});
