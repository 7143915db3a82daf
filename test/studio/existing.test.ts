import { App, aws_iam as iam, aws_sagemaker as sagemaker, CfnParameter, CfnResource, Fn, Lazy, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AppImageConfig, Image, ImageVersion, StudioAppType, StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { Construct, Dependable } from 'constructs';
import { expectIndependent, expectOneAtATime, expectOrder } from '../helpers/deployment-graph';
import { agnosticStack, errorOf, HERE, OTHER_REGION, stackIn, warningsOf } from '../helpers/fixtures';
import { APPS, attach, domainIn, entryOf, imageIn, propertiesOf } from '../helpers/studio';

const TYPE = 'Custom::SageMakerStudioAttachments';

/** The one custom resource of the target of an attachment. */
const resourceOf = (attachment: StudioAttachment) =>
  Dependable.of(attachment).dependencyRoots.find((root) => CfnResource.isCfnResource(root)) as CfnResource;

/** The rendered properties of the resource, without what all custom resources have. */
const targetPropertiesOf = (attachment: StudioAttachment) => {
  const { ServiceToken: _, ServiceTimeout: __, ...properties } = propertiesOf(resourceOf(attachment));
  return properties;
};


const TARGETS: [string, StudioTarget, object, string, (keyof typeof APPS)[]][] = [
  ['default user settings', StudioTarget.existingDomain('d-1'), { DomainId: 'd-1' }, 'DefaultUserSettings',
    ['JupyterLab', 'CodeEditor', 'KernelGateway', 'RSession']],
  ['default space settings', StudioTarget.existingDomainSharedSpaces('d-1'), { DomainId: 'd-1' }, 'DefaultSpaceSettings',
    ['JupyterLab', 'KernelGateway']],
  ['user profile', StudioTarget.existingUserProfile('d-1', 'jo'), { DomainId: 'd-1', UserProfileName: 'jo' }, 'UserSettings',
    ['JupyterLab', 'CodeEditor', 'KernelGateway']],
  ['space', StudioTarget.existingSpace('d-1', 'team'), { DomainId: 'd-1', SpaceName: 'team' }, 'SpaceSettings',
    ['KernelGateway']],
];
const SUPPORTED = TARGETS.flatMap(([name, target, ids, settings, apps]) => apps.map((appType) => ({ name, target, ids, settings, appType })));

describe('an existing target', () => {
  test.each(SUPPORTED)('($name) gets an image for $appType, with the number of its version', ({ target, ids, settings, appType }) => {
    const stack = stackIn();
    const attachment = attach(stack, target, APPS[appType]);
    expect(resourceOf(attachment).cfnResourceType).toBe(TYPE);
    // Longer than the function can run, and less than the hour that is the default.
    expect(propertiesOf(resourceOf(attachment)).ServiceTimeout).toBe('1500');
    expect(targetPropertiesOf(attachment)).toEqual({
      ...ids, [settings]: { [`${appType}AppSettings`]: { CustomImages: [entryOf(stack, attachment)] } },
    });
  });

  test.each(TARGETS.flatMap(([name, target, , , apps]) =>
    (Object.keys(APPS) as (keyof typeof APPS)[]).filter((appType) => !apps.includes(appType)).map((appType) => ({ name, target, appType }))))(
    '($name) does not support $appType', ({ target, appType }) => {
      expect(errorOf(() => attach(stackIn(), target, APPS[appType]))).toMatch(/not support images for /);
    });

  test.each([
    ['domain', StudioTarget.existingDomain('d-1'), 'Domain', 'domain/d-1'],
    ['domain', StudioTarget.existingDomainSharedSpaces('d-1'), 'Domain', 'domain/d-1'],
    ['user profile', StudioTarget.existingUserProfile('d-1', 'jo'), 'UserProfile', 'user-profile/d-1/jo'],
    ['space', StudioTarget.existingSpace('d-1', 'team'), 'Space', 'space/d-1/team'],
  ])('is changed with permissions on that %s only, and apps can be listed (%#)', (_, target, kind, resource) => {
    const stack = stackIn();
    attach(stack, target, APPS.KernelGateway);
    const [[policy, { Properties: { PolicyDocument } }]] = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy'));
    expect(PolicyDocument.Statement).toEqual([expect.objectContaining({ Action: ['logs:CreateLogStream', 'logs:PutLogEvents'] }), {
      Effect: 'Allow',
      Action: [`sagemaker:Describe${kind}`, `sagemaker:Update${kind}`],
      Resource: { 'Fn::Sub': `arn:\${AWS::Partition}:sagemaker:eu-west-1:111111111111:${resource}` },
    }, { Effect: 'Allow', Action: 'sagemaker:ListApps', Resource: '*' }]);
    Template.fromStack(stack).hasResource(TYPE, { DependsOn: Match.arrayWith([policy]) });
  });

  test('waits for running apps if one of its attachments says so, and is the same resource', () => {
    const waits = (...values: (boolean | undefined)[]) => {
      const stack = stackIn();
      values.forEach((waitForApps, index) => attach(stack, StudioTarget.existingDomain('d-1', { waitForApps }), APPS.JupyterLab, `image${index}`));
      const [[id, { Properties }]] = Object.entries(Template.fromStack(stack).findResources(TYPE));
      return { id, waits: Properties.WaitForApps };
    };
    expect([waits(undefined), waits(false, undefined)].map((one) => one.waits)).toEqual([undefined, undefined]);
    expect([waits(true), waits(false, true)].map((one) => one.waits)).toEqual([true, true]);
    expect(waits(true).id).toBe(waits(false).id);
  });

  test('adds five resources to a stack, another target one, and a further image none', () => {
    const count = (...attachments: [name: string, target: StudioTarget][]) => {
      const stack = stackIn();
      new Set(attachments.map(([name]) => name)).forEach((name) => imageIn(stack, APPS.JupyterLab, name));
      const images = Object.keys(Template.fromStack(stack).toJSON().Resources).length;
      const other = stackIn();
      attachments.forEach(([name, target], index) => {
        const [version, config] = [other.node.tryFindChild(name)?.node.findChild('V'), other.node.tryFindChild(`${name}-config`)];
        const made = version && config
          ? { version: version as ImageVersion, config: config as AppImageConfig } : imageIn(other, APPS.JupyterLab, name);
        new StudioAttachment(other, `A${index}`, { imageVersion: made.version, appImageConfig: made.config, target });
      });
      return Object.keys(Template.fromStack(other).toJSON().Resources).length - images;
    };
    const domain = StudioTarget.existingDomain('d-1');
    expect(count(['a', domain])).toBe(5);
    expect(count(['a', domain], ['b', domain], ['c', domain])).toBe(5);
    expect(count(['a', domain], ['a', StudioTarget.existingDomainSharedSpaces('d-1')])).toBe(5);
    expect(count(['a', domain], ['a', StudioTarget.existingDomain('d-2')], ['a', StudioTarget.existingUserProfile('d-1', 'jo')])).toBe(7);
  });

  test('gets all images of a stack at once, sorted so that the order of declaration makes no difference', () => {
    const propertiesFor = (...names: string[]) => {
      const stack = stackIn();
      const attachments = names.map((name) => attach(stack, StudioTarget.existingDomain('d-1'), APPS.JupyterLab, name));
      const { version } = imageIn(stack, APPS.CodeEditor, 'code');
      new StudioAttachment(stack, 'Spaces', {
        imageVersion: version,
        appImageConfig: AppImageConfig.fromAppImageConfigAttributes(stack, 'C', { appImageConfigName: 'jl', appType: StudioAppType.JUPYTER_LAB }),
        target: StudioTarget.existingDomainSharedSpaces('d-1'),
      });
      Template.fromStack(stack).resourceCountIs(TYPE, 1);
      return targetPropertiesOf(attachments[0]);
    };
    const properties = propertiesFor('zoo', 'ape', 'Bear');
    expect(properties.DefaultUserSettings.JupyterLabAppSettings.CustomImages.map(({ ImageName }: any) => ImageName)).toEqual(['ape', 'Bear', 'zoo']);
    expect(properties.DefaultSpaceSettings.JupyterLabAppSettings.CustomImages.map(({ ImageName }: any) => ImageName)).toEqual(['code']);
    expect(JSON.stringify(properties)).toBe(JSON.stringify(propertiesFor('Bear', 'zoo', 'ape')));
  });

  test.each<[string, (stack: Stack) => string]>([
    ['an import', () => Fn.importValue('DomainId')],
    ['a parameter', (stack) => (stack.node.tryFindChild('Id') as CfnParameter ?? new CfnParameter(stack, 'Id')).valueAsString],
    ['a function', () => Fn.select(0, Fn.split(',', Fn.importValue('Domains')))],
    ['a joined string', () => Fn.join('-', ['d', Fn.importValue('Domain')])],
  ])('is one target, however often %s names it', (_, idIn) => {
    const stack = stackIn();
    ['a', 'b'].forEach((name) => attach(stack, StudioTarget.existingDomain(idIn(stack)), APPS.JupyterLab, name));
    Template.fromStack(stack).resourceCountIs(TYPE, 1);
  });

  // The CDK would keep the value that a lazy value has when it is resolved for the first time.
  test('named by a lazy value gets its final value', () => {
    let id = 'd-early';
    const stack = stackIn();
    const attachment = attach(stack, StudioTarget.existingDomain(Lazy.string({ produce: () => id })));
    id = 'd-1';
    expect(targetPropertiesOf(attachment).DomainId).toBe('d-1');
  });

  test('cannot be named by two lazy values, which are the same only late', () => {
    const stack = stackIn();
    ['a', 'b'].forEach((name) => attach(stack, StudioTarget.existingDomain(Lazy.string({ produce: () => 'd-1' })), APPS.JupyterLab, name));
    expect(errorOf(() => Template.fromStack(stack))).toContain('[Stack/a-attachment] Stack/b-attachment also attaches to domain (a token), '
      + 'but its id is lazy, so the two cannot be combined: use one StudioTarget for both');
  });

  test('is changed after the configuration and the version exist', () => {
    const stack = stackIn();
    const attachment = attach(stack, StudioTarget.existingDomain('d-1'));
    expectOrder(stack.node.root as App, [attachment.appImageConfig, resourceOf(attachment)]);
    expectOrder(stack.node.root as App, [attachment.imageVersion, resourceOf(attachment)]);
  });

  test('can be in another stack than the image, without importing anything from it', () => {
    const app = new App();
    const { version, config } = imageIn(new Stack(app, 'Images', { env: HERE }));
    const stack = new Stack(app, 'Studio', { env: HERE });
    const attachment = new StudioAttachment(stack, 'A', {
      imageVersion: version, appImageConfig: config, target: StudioTarget.existingDomain('d-1'),
    });
    const [entry] = targetPropertiesOf(attachment).DefaultUserSettings.JupyterLabAppSettings.CustomImages;
    expect(entry.ImageVersionNumber).toEqual({ Ref: expect.stringMatching(/^SsmParameterValue/) });
    expectOrder(app, [version, resourceOf(attachment)]);
    expectOrder(app, [config, resourceOf(attachment)]);
  });

  // Otherwise only the configuration makes the stack wait for the number of the version, which it reads from a parameter.
  test('can be in another stack than the image, with an imported configuration', () => {
    const app = new App();
    const { version } = imageIn(new Stack(app, 'Images', { env: HERE }));
    const stack = new Stack(app, 'Studio', { env: HERE });
    const appImageConfig = AppImageConfig.fromAppImageConfigAttributes(stack, 'C', { appImageConfigName: 'config', appType: StudioAppType.JUPYTER_LAB });
    const attachment = new StudioAttachment(stack, 'A', { imageVersion: version, appImageConfig, target: StudioTarget.existingDomain('d-1') });
    expectOrder(app, [version, resourceOf(attachment)]);
  });

  test('can be named by a deploy-time value', () => {
    const stack = agnosticStack();
    const id = new CfnParameter(stack, 'Id').valueAsString;
    const attachment = attach(stack, StudioTarget.existingUserProfile(id, id));
    expect(targetPropertiesOf(attachment)).toMatchObject({ DomainId: { Ref: 'Id' }, UserProfileName: { Ref: 'Id' } });
    expect(warningsOf(stack).map(({ text }) => text)).toContainEqual(expect.stringContaining('user profile (a token) of domain (a token)'));
  });

  test.each([
    ['', 'jo'], ['abc', 'jo'], ['d-A', 'jo'], [`d-${'a'.repeat(62)}`, 'jo'], ['d-1', 'j_o'], ['d-1', 'j'.repeat(64)], ['d-1', ''],
  ])('cannot be domain %p and name %p', (domainId, name) => {
    for (const target of [StudioTarget.existingUserProfile(domainId, name), StudioTarget.existingSpace(domainId, name)]) {
      expect(errorOf(() => attach(stackIn(), target, APPS.KernelGateway))).toMatch(
        domainId === 'd-1' ? /1 problem\n {2}(userProfileName|spaceName) '.*' is not a valid name: / : /1 problem\n {2}domainId '.*' is not a valid domain id: /);
    }
  });

  // A context value or an environment variable that is not set: JavaScript and the other languages accept it.
  test.each([undefined, null] as any[])('cannot be named by %p', (nothing) => {
    const problemsOf = (target: StudioTarget, app = APPS.JupyterLab) => errorOf(() => attach(stackIn(), target, app))?.split('\n').slice(1);
    const domainId = "  domainId is missing: give the id of a domain, for example 'd-abc123'";
    expect(problemsOf(StudioTarget.existingDomain(nothing))).toEqual([domainId]);
    expect(problemsOf(StudioTarget.existingDomainSharedSpaces(nothing))).toEqual([domainId]);
    expect(problemsOf(StudioTarget.existingUserProfile(nothing, nothing))).toEqual([domainId, '  userProfileName is missing: give its name in SageMaker']);
    expect(problemsOf(StudioTarget.existingSpace('d-1', nothing), APPS.KernelGateway)).toEqual(['  spaceName is missing: give its name in SageMaker']);
    expect(problemsOf(StudioTarget.domain(nothing))).toEqual(
      ['  domain is missing: give a CfnDomain (for an existing one, use StudioTarget.existingDomain)']);
    expect(problemsOf(StudioTarget.userProfile(nothing))).toEqual(
      ['  userProfile is missing: give a CfnUserProfile (for an existing one, use StudioTarget.existingUserProfile)']);
    expect(problemsOf(StudioTarget.space(nothing), APPS.KernelGateway)).toEqual(
      ['  space is missing: give a CfnSpace (for an existing one, use StudioTarget.existingSpace)']);
  });

  test('can be named by a value that is known during synth, and is checked then', () => {
    const lazily = (...values: (string | undefined)[]) => values.map((value) => Lazy.string({ produce: () => value })) as [string, string];
    const problemsOf = (...values: (string | undefined)[]) => {
      const stack = stackIn();
      attach(stack, StudioTarget.existingUserProfile(...lazily(...values)));
      return errorOf(() => Template.fromStack(stack));
    };
    expect(problemsOf('d-1', 'jo')).toBeUndefined();
    expect(problemsOf('BAD ID', undefined)).toMatch(
      /\[Stack\/torch-attachment\] domainId 'BAD ID' is not a valid domain id: .*\n.*\[Stack\/torch-attachment\] userProfileName is missing: /);
    expect(problemsOf(null as any, 'jo')).toMatch(/\[Stack\/torch-attachment\] domainId is missing: give the id of a domain, for example 'd-abc123'/);
    const agnostic = agnosticStack();
    attach(agnostic, StudioTarget.existingDomain(Lazy.string({ produce: () => new CfnParameter(agnostic, 'Id').valueAsString })));
    expect(errorOf(() => Template.fromStack(agnostic))).toBeUndefined();
  });

  // The permission to update the target would extend to other targets.
  describe('has no wildcard or variable of IAM beside a part that is unknown until deployment', () => {
    const token = () => Lazy.string({ produce: () => new CfnParameter(stackIn(), 'P') as any });
    test.each<[string, StudioTarget, string]>([
      ['domainId', StudioTarget.existingDomain('{{resolve:ssm:x}}*'), "'{{resolve:ssm:x}}*'"],
      ['domainId', StudioTarget.existingDomainSharedSpaces(`${token()}*`), "'<token>*'"],
      ['domainId', StudioTarget.existingUserProfile('dummy-value-for-a/*', 'jo'), "'dummy-value-for-a/*'"],
      ['userProfileName', StudioTarget.existingUserProfile('d-abc', '{{resolve:ssm:x}}*'), "'{{resolve:ssm:x}}*'"],
      ['userProfileName', StudioTarget.existingUserProfile('d-abc', '{{resolve:ssm:x}}/${x}'), "'{{resolve:ssm:x}}/${x}'"],
      ['spaceName', StudioTarget.existingSpace('d-abc', `team-?${token()}`), "'team-?<token>'"],
    ])('%s (%#)', (name, target, shown) => {
      expect(errorOf(() => attach(stackIn(), target, APPS.KernelGateway))).toContain(
        `Stack/torch-attachment: 1 problem\n  ${name} ${shown} is not a valid ${name === 'domainId' ? 'domain id: give' : 'name: use'} `);
    });

    test.each<[string, (stack: Stack) => unknown]>([
      ['a string', (stack) => `${new CfnParameter(stack, 'P').valueAsString}*`],
      ['Fn::Sub', () => Fn.sub('${AWS::Region}*')],
      ['a branch of Fn::If', () => Fn.conditionIf('Prod', 'd-1', '*')],
    ])('in a lazy value with %s', (_, idIn) => {
      const stack = stackIn();
      const id = idIn(stack);
      attach(stack, StudioTarget.existingDomain(Lazy.string({ produce: () => id as string })));
      expect(errorOf(() => Template.fromStack(stack))).toMatch(/\[Stack\/torch-attachment\] domainId '<token>.*\*' is not a valid domain id: /);
    });
  });

  test('must be in the Region of the image', () => {
    const app = new App();
    const { version, config } = imageIn(new Stack(app, 'Images', { env: HERE }));
    const stack = new Stack(app, 'Studio', { env: OTHER_REGION });
    expect(errorOf(() => new StudioAttachment(stack, 'A', {
      imageVersion: version, appImageConfig: config, target: StudioTarget.existingDomain('d-1'),
    }))).toContain('Studio takes images of its own account and Region only');
  });

  test('that turns out to be owned gets a warning', () => {
    const stack = stackIn();
    attach(stack, StudioTarget.existingDomain(domainIn(stack).attrDomainId));
    Template.fromStack(stack);
    expect(warningsOf(stack)).toContainEqual({
      path: 'Stack/torch-attachment',
      id: 'cdk-sagemaker-images:studioDomainOfThisApp',
      text: 'the domain is Stack/Domain of the same app: attach to it by StudioTarget.domain or domainSharedSpaces, '
        + 'since an update of its settings by CloudFormation may remove the image; '
        + 'if this attachment is deployed already, remove it in one deployment, and add the other in the next',
    });
  });

  test.each<[string, (stack: Stack) => StudioTarget]>([
    ['user profile is Stack/P of the same app: attach to it by StudioTarget.userProfile, ', (stack) =>
      StudioTarget.existingUserProfile('d-1', new sagemaker.CfnUserProfile(stack, 'P', { domainId: 'd-1', userProfileName: 'jo' }).ref)],
    ['user profile is Stack/P of the same app: attach to it by StudioTarget.userProfile, ', (stack) => {
      const { attrDomainId: domainId } = domainIn(stack);
      return StudioTarget.existingUserProfile(domainId, new sagemaker.CfnUserProfile(stack, 'P', { domainId, userProfileName: 'jo' }).ref);
    }],
    ['space is Stack/P of the same app: attach to it by StudioTarget.space, ', (stack) =>
      StudioTarget.existingSpace('d-1', new sagemaker.CfnSpace(stack, 'P', { domainId: 'd-1', spaceName: 'team' }).ref)],
  ])('that turns out to be owned in part gets a warning: the %s', (text, makeTarget) => {
    const stack = stackIn();
    attach(stack, makeTarget(stack), APPS.KernelGateway);
    Template.fromStack(stack);
    expect(warningsOf(stack).filter(({ id }) => id === 'cdk-sagemaker-images:studioDomainOfThisApp').map((warning) => warning.text)).toEqual([
      `the ${text}since an update of its settings by CloudFormation may remove the image; `
        + 'if this attachment is deployed already, remove it in one deployment, and add the other in the next',
    ]);
  });
});

test.each([null, 'role'] as any[])('the options of a target cannot be %p', (options) => {
  const remedy = 'give an object such as { executionRole }, or leave it out';
  expect(errorOf(() => StudioTarget.existingDomain('d-abc', options))).toBe(
    `StudioTarget: 1 problem\n  options ${options === null ? 'is missing' : "must be an object, got 'role'"}: ${remedy}`);
});

describe('an execution role', () => {
  test('has no wildcard, which would extend the permission to pass it', () => {
    const stack = stackIn();
    const executionRole = iam.Role.fromRoleArn(stack, 'Execution', 'arn:aws:iam::111111111111:role/*');
    expect(errorOf(() => attach(stack, StudioTarget.existingDomain('d-1', { executionRole })))).toBe('Stack/torch-attachment: 1 problem\n  executionRole '
      + "'arn:aws:iam::111111111111:role/*' has a wildcard or a variable, which would extend permissions to other resources: give the ARN of one resource");
  });

  test('is granted the use of the image before it is attached', () => {
    const stack = stackIn();
    const executionRole = iam.Role.fromRoleArn(stack, 'Execution', 'arn:aws:iam::111111111111:role/execution');
    const attachment = attach(stack, StudioTarget.existingDomain('d-1', { executionRole }));
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', { PolicyName: Match.stringLikeRegexp('^StudioImages'), Roles: ['execution'] });
    expectOrder(stack.node.root as App, [stack.node.children.find(({ node }) => node.id.startsWith('StudioImages'))!, resourceOf(attachment)]);
    expect(warningsOf(stack)).toEqual([]);
  });

  // Without it the function could not send the settings back whole: to send the role is to pass it.
  test.each([
    ['a domain', StudioTarget.existingDomain, 'DefaultUserSettings'],
    ['the spaces of a domain', StudioTarget.existingDomainSharedSpaces, 'DefaultSpaceSettings'],
  ])('can be passed to SageMaker with the settings of %s', (_, target, settings) => {
    const stack = stackIn();
    const executionRole = iam.Role.fromRoleArn(stack, 'Execution', 'arn:aws:iam::111111111111:role/execution');
    const attachment = attach(stack, target('d-1', { executionRole }));
    expect(targetPropertiesOf(attachment).PassExecutionRole).toEqual([settings]);
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::ManagedPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([{
          Action: 'iam:PassRole',
          Effect: 'Allow',
          Resource: 'arn:aws:iam::111111111111:role/execution',
          Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
        }]),
      },
    });
  });

  test('is not passed with the settings of a space, which do not have one', () => {
    const stack = stackIn();
    const executionRole = iam.Role.fromRoleArn(stack, 'Execution', 'arn:aws:iam::111111111111:role/execution');
    attach(stack, StudioTarget.existingSpace('d-1', 'team', { executionRole }), APPS.KernelGateway);
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toContain('iam:PassRole');
  });

  // IAM does not let anybody pass a role of another account.
  test('of another account is not passed', () => {
    const stack = stackIn();
    const executionRole = iam.Role.fromRoleArn(stack, 'Execution', 'arn:aws:iam::222222222222:role/execution');
    const attachment = attach(stack, StudioTarget.existingDomain('d-1', { executionRole }));
    expect(targetPropertiesOf(attachment)).not.toHaveProperty('PassExecutionRole');
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toContain('iam:PassRole');
    expect(warningsOf(stack)).toHaveLength(1);
  });

  test('that is unknown is a warning, which can be acknowledged', () => {
    const stack = stackIn();
    attach(stack, StudioTarget.existingSpace('d-1', 'team'), APPS.KernelGateway);
    expect(warningsOf(stack)).toEqual([{
      path: 'Stack/torch-attachment',
      id: 'cdk-sagemaker-images:studioExecutionRole',
      text: expect.stringMatching(/^the execution role of space team of domain d-1 may not be able to use the attached images.* pass executionRole to the target, /),
    }]);
  });
});

describe('targets in one domain', () => {
  const target = StudioTarget.existingDomain('d-1');

  test('are changed one after the other in a stack, in the order of declaration', () => {
    const stack = stackIn();
    const attachments = [
      attach(stack, target, APPS.JupyterLab, 'a'),
      attach(stack, StudioTarget.existingSpace('d-1', 'team'), APPS.KernelGateway, 'b'),
      attach(stack, StudioTarget.existingUserProfile('d-1', 'jo'), APPS.JupyterLab, 'c'),
    ];
    expectOrder(stack.node.root as App, attachments.map(resourceOf));
  });

  test('are changed one after the other across stacks, nested or not', () => {
    const app = new App();
    const [one, two] = ['One', 'Two'].map((id) => new Stack(app, id, { env: HERE }));
    const attachments = [two, new NestedStack(one, 'Nested'), one].map((stack, index) => attach(stack, target, APPS.JupyterLab, `i${index}`));
    expectOneAtATime(app, attachments.map(resourceOf));
  });

  test('follow the other dependencies of the app', () => {
    const app = new App();
    const [one, two] = ['One', 'Two'].map((id) => new Stack(app, id, { env: HERE }));
    const attachments = [one, two].map((stack, index) => attach(stack, target, APPS.JupyterLab, `i${index}`));
    one.addDependency(two);
    expectOrder(app, attachments.map(resourceOf).reverse());
  });

  test('are recognized by a token too', () => {
    const app = new App();
    const stacks = ['One', 'Two', 'Three'].map((id) => new Stack(app, id, { env: HERE }));
    const id = domainIn(stacks[0]).attrDomainId;
    const attachments = stacks.slice(1).map((stack, index) => attach(stack, StudioTarget.existingDomain(id), APPS.JupyterLab, `i${index}`));
    expectOneAtATime(app, attachments.map(resourceOf));
  });

  test('do not wait for those in another domain, Region or stage', () => {
    const stack = stackIn();
    const [a, b] = ['d-1', 'd-2'].map((id) => attach(stack, StudioTarget.existingDomain(id), APPS.JupyterLab, id));
    expectIndependent(stack.node.root as App, resourceOf(a), resourceOf(b));
    const regions = new App();
    const [here, there] = [HERE, OTHER_REGION].map((env) => {
      const inRegion = new Stack(regions, env.region, { env });
      const imageVersion = ImageVersion.fromImageVersionAttributes(inRegion, 'V', { image: Image.fromImageName(inRegion, 'Torch', 'torch'), version: 1 });
      return new StudioAttachment(inRegion, 'A', { imageVersion, appImageConfig: new AppImageConfig(inRegion, 'C', { app: APPS.JupyterLab }), target });
    });
    expectIndependent(regions, resourceOf(here), resourceOf(there));
    const app = new App();
    const [one, two] = ['One', 'Two'].map((id) => new Stack(new Stage(app, id), 'Stack', { env: HERE }));
    attach(one, target, APPS.JupyterLab, 'one');
    attach(two, target, APPS.JupyterLab, 'two');
    expect(() => app.synth()).not.toThrow();
    expect(two.dependencies).toEqual([]);
  });

  test('take at most as many images as a list holds', () => {
    const synth = (count: number) => {
      const stack = stackIn();
      Array.from({ length: count }, (_, index) => attach(stack, StudioTarget.existingSpace('d-1', 'team'), APPS.KernelGateway, `i${index}`));
      return Template.fromStack(stack);
    };
    expect(() => synth(5)).not.toThrow();
    expect(errorOf(() => synth(6))).toContain('[Stack/i0-attachment] 6 images are attached to KernelGatewayAppSettings of SpaceSettings '
      + 'of space team of domain d-1, at most 5 are allowed: detach some');
  });

  // The function finds its entry by image and configuration: one would remove the entry of the other.
  test('do not take an image twice with one configuration', () => {
    const synth = (twice: boolean) => {
      const stack = stackIn();
      const { version, config } = imageIn(stack);
      const add = (id: string, appImageConfig: AppImageConfig, to = target) =>
        new StudioAttachment(stack, id, { imageVersion: version, appImageConfig, target: to });
      add('One', config);
      add('Other', new AppImageConfig(stack, 'Other-config', { app: APPS.JupyterLab }));
      add('Spaces', config, StudioTarget.existingDomainSharedSpaces('d-1'));
      add('Profile', config, StudioTarget.existingUserProfile('d-1', 'jo'));
      if (twice) {
        add('Two', config);
      }
      return Template.fromStack(stack);
    };
    expect(() => synth(false)).not.toThrow();
    expect(errorOf(() => synth(true))).toContain('[Stack/Two] Stack/One attaches the same image with the same app image config '
      + 'to the same list of domain d-1: remove one of them, or give it an app image config of its own');
  });
});

// To CloudFormation another logical id is another resource, and deleting the former one would remove the entries of both.
describe('the logical id of a target', () => {
  const idIn = (stack: Stack, scope: Construct, id: string, target: StudioTarget, app = APPS.JupyterLab, name = 'torch') => {
    const imageVersion = ImageVersion.fromImageVersionAttributes(scope, `${id}V`, { image: Image.fromImageName(scope, `${id}Image`, name), version: 1 });
    const appImageConfig = new AppImageConfig(scope, `${id}C`, { app, appImageConfigName: `${name}-config` });
    return logicalIdOf(stack, new StudioAttachment(scope, id, { imageVersion, appImageConfig, target }));
  };
  const logicalIdOf = (stack: Stack, attachment: StudioAttachment) => {
    const { logicalId } = resourceOf(attachment);
    expect(Object.keys(Template.fromStack(stack).toJSON().Resources)).toContain(stack.resolve(logicalId));
    return stack.resolve(logicalId);
  };
  const first = (id = 'A', within: string[] = [], target = StudioTarget.existingDomain('d-1'), name?: string) => {
    const stack = stackIn();
    return idIn(stack, within.reduce((scope: Construct, next) => new Construct(scope, next), stack), id, target, APPS.JupyterLab, name);
  };

  test('stays when a construct is renamed or moves', () => {
    expect(first()).toMatch(/^StudioAttachments[0-9A-F]{16}$/);
    expect(first('B')).toBe(first());
    expect(first('A', ['Some', 'Where'])).toBe(first());
  });

  test('stays when the account and Region become known, and in another app', () => {
    const stack = new Stack(new App(), 'Other');
    expect(idIn(stack, stack, 'A', StudioTarget.existingDomain('d-1'))).toBe(first());
  });

  test('stays when the execution role becomes known, and when the version changes', () => {
    const stack = stackIn();
    const executionRole = iam.Role.fromRoleArn(stack, 'Execution', 'arn:aws:iam::111111111111:role/execution');
    expect(logicalIdOf(stack, attach(stack, StudioTarget.existingDomain('d-1', { executionRole })))).toBe(first());
  });

  test('stays when images come and go', () => {
    const stack = stackIn();
    const attachments = ['a', 'b'].map((name) => attach(stack, StudioTarget.existingDomain('d-1'), APPS.CodeEditor, name));
    expect(logicalIdOf(stack, attachments[1])).toBe(first());
  });

  test('stays when the domain is known only later', () => {
    let id: string | undefined;
    const stack = stackIn();
    const attachment = attach(stack, StudioTarget.existingDomain(Lazy.string({ produce: () => id })));
    id = 'd-1';
    expect(logicalIdOf(stack, attachment)).toBe(first());
  });

  test('is another for each domain, user profile and space', () => {
    const ids = ['d-1', 'd-2'].flatMap((domain) => [
      StudioTarget.existingDomain(domain), StudioTarget.existingUserProfile(domain, 'jo'), StudioTarget.existingUserProfile(domain, 'Jo'),
      StudioTarget.existingSpace(domain, 'jo'),
    ]).map((target) => {
      const stack = stackIn();
      return idIn(stack, stack, 'A', target, APPS.KernelGateway);
    });
    expect(new Set(ids).size).toBe(8);
  });

  test('is another for each domain that a token names, of this stack or another', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: HERE });
    const ids = [stack, ...['One', 'Two'].map((id) => new Stack(app, id, { env: HERE }))].map((owner) => domainIn(owner).attrDomainId);
    ids.push(new CfnParameter(stack, 'Id').valueAsString);
    const attachments = ids.map((id, index) => attach(stack, StudioTarget.existingDomain(id), APPS.JupyterLab, `i${index}`));
    expect(new Set(attachments.map((attachment) => logicalIdOf(stack, attachment))).size).toBe(4);
  });

  test('is used in references and dependencies', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: HERE });
    const other = new Stack(app, 'Other', { env: HERE });
    const attachment = attach(stack, StudioTarget.existingDomain('d-1'));
    const { ref } = resourceOf(attachment);
    const waiting = new CfnResource(stack, 'Waiting', { type: 'Test::Waiting', properties: { Ref: ref } });
    waiting.node.addDependency(attachment);
    new CfnResource(other, 'Importing', { type: 'Test::Importing', properties: { Ref: ref } });
    const id = logicalIdOf(stack, attachment);
    Template.fromStack(stack).hasResource('Test::Waiting', { Properties: { Ref: { Ref: id } }, DependsOn: Match.arrayWith([id]) });
    Template.fromStack(stack).hasOutput('*', { Value: { Ref: id } });
    Template.fromStack(other).hasResource('Test::Importing', { Properties: { Ref: { 'Fn::ImportValue': Match.anyValue() } } });
    expect(JSON.stringify(app.synth({ force: true }).getStackByName('Stack').template)).toBe(JSON.stringify(Template.fromStack(stack).toJSON()));
  });
});
