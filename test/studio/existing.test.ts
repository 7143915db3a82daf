import { App, aws_iam as iam, aws_sagemaker as sagemaker, CfnParameter, CfnResource, CustomResource, Lazy, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AppImageConfig, Image, ImageVersion, StudioAppType, StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { Construct } from 'constructs';
import { expectIndependent, expectOneAtATime, expectOrder } from '../helpers/deployment-graph';
import { agnosticStack, errorOf, HERE, OTHER_REGION, stackIn, warningsOf } from '../helpers/fixtures';
import { APPS, attach, domainIn, entryOf, imageIn, propertiesOf } from '../helpers/studio';

const resourceOf = (attachment: StudioAttachment) => attachment.node.findChild('Resource').node.defaultChild as CfnResource;

const PLACES: [string, StudioTarget, object, (keyof typeof APPS)[]][] = [
  ['default user settings', StudioTarget.existingDomain('d-1'), { DomainId: 'd-1', Settings: 'DefaultUserSettings' },
    ['JupyterLab', 'CodeEditor', 'KernelGateway', 'RSession']],
  ['default space settings', StudioTarget.existingDomainSharedSpaces('d-1'), { DomainId: 'd-1', Settings: 'DefaultSpaceSettings' },
    ['JupyterLab', 'KernelGateway']],
  ['user profile', StudioTarget.existingUserProfile('d-1', 'jo'), { DomainId: 'd-1', UserProfileName: 'jo', Settings: 'UserSettings' },
    ['JupyterLab', 'CodeEditor', 'KernelGateway']],
  ['space', StudioTarget.existingSpace('d-1', 'team'), { DomainId: 'd-1', SpaceName: 'team', Settings: 'SpaceSettings' },
    ['KernelGateway']],
];
const POSSIBLE = PLACES.flatMap(([place, target, properties, apps]) => apps.map((appType) => ({ place, target, properties, appType })));

describe('something that exists already', () => {
  test.each(POSSIBLE)('($place) takes an image for $appType by the number of its version', ({ target, properties, appType }) => {
    const stack = stackIn();
    const attachment = attach(stack, target, APPS[appType]);
    expect(resourceOf(attachment).cfnResourceType).toBe('Custom::SageMakerStudioAttachment');
    const { ServiceToken: _, ...given } = propertiesOf(resourceOf(attachment));
    // Longer than the function may run, and no hour.
    expect(given).toEqual({ ServiceTimeout: '1200', ...properties, AppSettings: `${appType}AppSettings`, ...entryOf(stack, attachment) });
  });

  test.each(PLACES.flatMap(([place, target, , apps]) =>
    (Object.keys(APPS) as (keyof typeof APPS)[]).filter((appType) => !apps.includes(appType)).map((appType) => ({ place, target, appType }))))(
    '($place) takes no image for $appType', ({ target, appType }) => {
      expect(errorOf(() => attach(stackIn(), target, APPS[appType]))).toMatch(/takes no image for /);
    });

  test.each([
    ['domain', StudioTarget.existingDomain('d-1'), 'Domain', 'domain/d-1'],
    ['domain', StudioTarget.existingDomainSharedSpaces('d-1'), 'Domain', 'domain/d-1'],
    ['user profile', StudioTarget.existingUserProfile('d-1', 'jo'), 'UserProfile', 'user-profile/d-1/jo'],
    ['space', StudioTarget.existingSpace('d-1', 'team'), 'Space', 'space/d-1/team'],
  ])('is changed with permissions on that %s only (%#)', (_, target, kind, resource) => {
    const stack = stackIn();
    attach(stack, target, APPS.KernelGateway);
    const [[policy, { Properties: { PolicyDocument } }]] = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy'));
    expect(PolicyDocument.Statement).toEqual([expect.objectContaining({ Action: ['logs:CreateLogStream', 'logs:PutLogEvents'] }), {
      Effect: 'Allow',
      Action: [`sagemaker:Describe${kind}`, `sagemaker:Update${kind}`],
      Resource: { 'Fn::Sub': `arn:\${AWS::Partition}:sagemaker:eu-west-1:111111111111:${resource}` },
    }]);
    Template.fromStack(stack).hasResource('Custom::SageMakerStudioAttachment', { DependsOn: Match.arrayWith([policy]) });
  });

  test('adds five resources to a stack, and one more for each further attachment', () => {
    const count = (attachments: number) => {
      const stack = stackIn();
      const images = Array.from({ length: attachments }, (_, index) => imageIn(stack, APPS.JupyterLab, `i${index}`));
      const before = () => Object.keys(Template.fromStack(stack).toJSON().Resources).length;
      images.forEach(({ version, config }, index) => new StudioAttachment(stack, `A${index}`, {
        imageVersion: version, appImageConfig: config, target: StudioTarget.existingDomain('d-1'),
      }));
      return before() - attachments * Object.keys(Template.fromStack(imageIn(stackIn()).version.stack).toJSON().Resources).length;
    };
    expect([1, 2, 3].map(count)).toEqual([5, 6, 7]);
  });

  test('is changed after the configuration and the version are there', () => {
    const stack = stackIn();
    const attachment = attach(stack, StudioTarget.existingDomain('d-1'));
    expectOrder(stack.node.root as App, [attachment.appImageConfig, resourceOf(attachment)]);
    expectOrder(stack.node.root as App, [attachment.imageVersion, resourceOf(attachment)]);
  });

  test('may be attached to from another stack than that of the image, which imports nothing of it', () => {
    const app = new App();
    const { version, config } = imageIn(new Stack(app, 'Images', { env: HERE }));
    const stack = new Stack(app, 'Studio', { env: HERE });
    const attachment = new StudioAttachment(stack, 'A', {
      imageVersion: version, appImageConfig: config, target: StudioTarget.existingDomain('d-1'),
    });
    expect(propertiesOf(resourceOf(attachment)).ImageVersionNumber).toEqual({ Ref: expect.stringMatching(/^SsmParameterValue/) });
    expectOrder(app, [version, resourceOf(attachment)]);
    expectOrder(app, [config, resourceOf(attachment)]);
  });

  // Else nothing but the configuration makes the stack wait for the number of the version, which it reads from a parameter.
  test('may be attached to from another stack with a configuration that is in none', () => {
    const app = new App();
    const { version } = imageIn(new Stack(app, 'Images', { env: HERE }));
    const stack = new Stack(app, 'Studio', { env: HERE });
    const appImageConfig = AppImageConfig.fromAppImageConfigAttributes(stack, 'C', { appImageConfigName: 'config', appType: StudioAppType.JUPYTER_LAB });
    const attachment = new StudioAttachment(stack, 'A', { imageVersion: version, appImageConfig, target: StudioTarget.existingDomain('d-1') });
    expectOrder(app, [version, resourceOf(attachment)]);
  });

  test('may be named at deploy time only', () => {
    const stack = agnosticStack();
    const id = new CfnParameter(stack, 'Id').valueAsString;
    const attachment = attach(stack, StudioTarget.existingUserProfile(id, id));
    expect(propertiesOf(resourceOf(attachment))).toMatchObject({ DomainId: { Ref: 'Id' }, UserProfileName: { Ref: 'Id' } });
    expect(warningsOf(stack).map(({ text }) => text)).toContainEqual(expect.stringContaining('user profile (a token) of domain (a token)'));
  });

  test.each([
    ['', 'jo'], ['abc', 'jo'], ['d-A', 'jo'], [`d-${'a'.repeat(62)}`, 'jo'], ['d-1', 'j_o'], ['d-1', 'j'.repeat(64)], ['d-1', ''],
  ])('may not be domain %p and name %p', (domainId, name) => {
    for (const target of [StudioTarget.existingUserProfile(domainId, name), StudioTarget.existingSpace(domainId, name)]) {
      expect(errorOf(() => attach(stackIn(), target, APPS.KernelGateway))).toMatch(
        domainId === 'd-1' ? /1 problem\n {2}(userProfileName|spaceName) '.*' is no such name: / : /1 problem\n {2}domainId '.*' is no domain id: /);
    }
  });

  // A context value that nobody gave, or an environment variable: JavaScript and the other languages let it pass.
  test.each([undefined, null] as any[])('may not be named by %p', (nothing) => {
    const problemsOf = (target: StudioTarget, app = APPS.JupyterLab) => errorOf(() => attach(stackIn(), target, app))?.split('\n').slice(1);
    const domainId = "  domainId is missing: give the id of a domain, for example 'd-abc123'";
    expect(problemsOf(StudioTarget.existingDomain(nothing))).toEqual([domainId]);
    expect(problemsOf(StudioTarget.existingDomainSharedSpaces(nothing))).toEqual([domainId]);
    expect(problemsOf(StudioTarget.existingUserProfile(nothing, nothing))).toEqual([domainId, '  userProfileName is missing: give its name in SageMaker']);
    expect(problemsOf(StudioTarget.existingSpace('d-1', nothing), APPS.KernelGateway)).toEqual(['  spaceName is missing: give its name in SageMaker']);
    expect(problemsOf(StudioTarget.domain(nothing))).toEqual(
      ['  domain is missing: give a CfnDomain of this app, or StudioTarget.existingDomain for one that exists already']);
    expect(problemsOf(StudioTarget.userProfile(nothing))).toEqual(
      ['  userProfile is missing: give a CfnUserProfile of this app, or StudioTarget.existingUserProfile for one that exists already']);
    expect(problemsOf(StudioTarget.space(nothing), APPS.KernelGateway)).toEqual(
      ['  space is missing: give a CfnSpace of this app, or StudioTarget.existingSpace for one that exists already']);
  });

  test('may be named by a value that is known at synth, and is checked then', () => {
    const lazily = (...values: (string | undefined)[]) => values.map((value) => Lazy.string({ produce: () => value })) as [string, string];
    const problemsOf = (...values: (string | undefined)[]) => {
      const stack = stackIn();
      attach(stack, StudioTarget.existingUserProfile(...lazily(...values)));
      return errorOf(() => Template.fromStack(stack));
    };
    expect(problemsOf('d-1', 'jo')).toBeUndefined();
    expect(problemsOf('BAD ID', undefined)).toMatch(
      /\[Stack\/torch-attachment\] domainId 'BAD ID' is no domain id: .*\n.*\[Stack\/torch-attachment\] userProfileName is missing: /);
    const agnostic = agnosticStack();
    attach(agnostic, StudioTarget.existingDomain(Lazy.string({ produce: () => new CfnParameter(agnostic, 'Id').valueAsString })));
    expect(errorOf(() => Template.fromStack(agnostic))).toBeUndefined();
  });

  test('must be in the Region of the image', () => {
    const app = new App();
    const { version, config } = imageIn(new Stack(app, 'Images', { env: HERE }));
    const stack = new Stack(app, 'Studio', { env: OTHER_REGION });
    expect(errorOf(() => new StudioAttachment(stack, 'A', {
      imageVersion: version, appImageConfig: config, target: StudioTarget.existingDomain('d-1'),
    }))).toContain('Studio takes images of its own account and Region only');
  });

  test('may turn out to be of this app, which is a warning', () => {
    const stack = stackIn();
    attach(stack, StudioTarget.existingDomain(domainIn(stack).attrDomainId));
    Template.fromStack(stack);
    expect(warningsOf(stack)).toContainEqual({
      path: 'Stack/torch-attachment',
      id: 'cdk-sagemaker-images:studioDomainOfThisApp',
      text: 'the domain is Stack/Domain of this app: attach to it by StudioTarget.domain and the like, '
        + 'since an update of its settings by CloudFormation may take the image out again; '
        + 'if this attachment is deployed already, remove it in one deployment, and add the other in the next',
    });
  });

  test.each<[string, (stack: Stack) => StudioTarget]>([
    ['user profile is Stack/P of this app: attach to it by StudioTarget.userProfile, ', (stack) =>
      StudioTarget.existingUserProfile('d-1', new sagemaker.CfnUserProfile(stack, 'P', { domainId: 'd-1', userProfileName: 'jo' }).ref)],
    ['user profile is Stack/P of this app: attach to it by StudioTarget.userProfile, ', (stack) => {
      const { attrDomainId: domainId } = domainIn(stack);
      return StudioTarget.existingUserProfile(domainId, new sagemaker.CfnUserProfile(stack, 'P', { domainId, userProfileName: 'jo' }).ref);
    }],
    ['space is Stack/P of this app: attach to it by StudioTarget.space, ', (stack) =>
      StudioTarget.existingSpace('d-1', new sagemaker.CfnSpace(stack, 'P', { domainId: 'd-1', spaceName: 'team' }).ref)],
  ])('may turn out to be of this app, in part: the %s', (text, makeTarget) => {
    const stack = stackIn();
    attach(stack, makeTarget(stack), APPS.KernelGateway);
    Template.fromStack(stack);
    expect(warningsOf(stack).filter(({ id }) => id === 'cdk-sagemaker-images:studioDomainOfThisApp').map((warning) => warning.text)).toEqual([
      `the ${text}since an update of its settings by CloudFormation may take the image out again; `
        + 'if this attachment is deployed already, remove it in one deployment, and add the other in the next',
    ]);
  });
});

describe('an execution role', () => {
  test('that is given is allowed to use the image before it is attached', () => {
    const stack = stackIn();
    const executionRole = iam.Role.fromRoleArn(stack, 'Execution', 'arn:aws:iam::111111111111:role/execution');
    const attachment = attach(stack, StudioTarget.existingDomain('d-1', { executionRole }));
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', { PolicyName: Match.stringLikeRegexp('^StudioImages'), Roles: ['execution'] });
    expectOrder(stack.node.root as App, [stack.node.children.find(({ node }) => node.id.startsWith('StudioImages'))!, resourceOf(attachment)]);
    expect(warningsOf(stack)).toEqual([]);
  });

  // Without it the settings could not be sent back whole: to send the role is to pass it.
  test.each([
    ['a domain', StudioTarget.existingDomain],
    ['the spaces of a domain', StudioTarget.existingDomainSharedSpaces],
  ])('that is given may be passed to SageMaker with the settings of %s', (_, target) => {
    const stack = stackIn();
    const executionRole = iam.Role.fromRoleArn(stack, 'Execution', 'arn:aws:iam::111111111111:role/execution');
    const attachment = attach(stack, target('d-1', { executionRole }));
    expect(propertiesOf(resourceOf(attachment)).PassExecutionRole).toBe(true);
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

  test('is not passed with the settings of a space, which have none', () => {
    const stack = stackIn();
    const executionRole = iam.Role.fromRoleArn(stack, 'Execution', 'arn:aws:iam::111111111111:role/execution');
    attach(stack, StudioTarget.existingSpace('d-1', 'team', { executionRole }), APPS.KernelGateway);
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toContain('iam:PassRole');
  });

  // IAM lets nobody pass a role of another account.
  test('is not passed if it is of another account', () => {
    const stack = stackIn();
    const executionRole = iam.Role.fromRoleArn(stack, 'Execution', 'arn:aws:iam::222222222222:role/execution');
    const attachment = attach(stack, StudioTarget.existingDomain('d-1', { executionRole }));
    expect(propertiesOf(resourceOf(attachment))).not.toHaveProperty('PassExecutionRole');
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toContain('iam:PassRole');
    expect(warningsOf(stack)).toHaveLength(1);
  });

  test('that is not given is a warning, which can be acknowledged', () => {
    const stack = stackIn();
    attach(stack, StudioTarget.existingSpace('d-1', 'team'), APPS.KernelGateway);
    expect(warningsOf(stack)).toEqual([{
      path: 'Stack/torch-attachment',
      id: 'cdk-sagemaker-images:studioExecutionRole',
      text: expect.stringMatching(/^the execution role of space team of domain d-1 may not be able to use the image.* pass executionRole to the target, /),
    }]);
  });
});

describe('attachments to one domain', () => {
  const target = StudioTarget.existingDomain('d-1');

  test('are made one after the other in a stack, in the order of declaration', () => {
    const stack = stackIn();
    const attachments = [
      attach(stack, target, APPS.JupyterLab, 'a'),
      attach(stack, StudioTarget.existingDomainSharedSpaces('d-1'), APPS.JupyterLab, 'b'),
      attach(stack, target, APPS.CodeEditor, 'c'),
      attach(stack, StudioTarget.existingUserProfile('d-1', 'jo'), APPS.JupyterLab, 'd'),
    ];
    expectOrder(stack.node.root as App, attachments.map(resourceOf));
  });

  test('are made one after the other across stacks, nested or not', () => {
    const app = new App();
    const [one, two] = ['One', 'Two'].map((id) => new Stack(app, id, { env: HERE }));
    const attachments = [two, new NestedStack(one, 'Nested'), one].map((stack, index) => attach(stack, target, APPS.JupyterLab, `i${index}`));
    expectOneAtATime(app, attachments.map(resourceOf));
  });

  test('follow the dependencies that the app has already', () => {
    const app = new App();
    const [one, two] = ['One', 'Two'].map((id) => new Stack(app, id, { env: HERE }));
    const attachments = [one, two].map((stack, index) => attach(stack, target, APPS.JupyterLab, `i${index}`));
    one.addDependency(two);
    expectOrder(app, attachments.map(resourceOf).reverse());
  });

  test('are known as such by a token too', () => {
    const app = new App();
    const stacks = ['One', 'Two', 'Three'].map((id) => new Stack(app, id, { env: HERE }));
    const id = domainIn(stacks[0]).attrDomainId;
    const attachments = stacks.slice(1).map((stack, index) => attach(stack, StudioTarget.existingDomain(id), APPS.JupyterLab, `i${index}`));
    expectOneAtATime(app, attachments.map(resourceOf));
  });

  test('do not wait for those to another one, in another Region or in another stage', () => {
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
    [one, two].forEach((inStage) => attach(inStage, target));
    expect(() => app.synth()).not.toThrow();
    expect(two.dependencies).toEqual([]);
  });

  test('are at most as many as a list holds', () => {
    const synth = (count: number) => {
      const stack = stackIn();
      Array.from({ length: count }, (_, index) => attach(stack, StudioTarget.existingSpace('d-1', 'team'), APPS.KernelGateway, `i${index}`));
      return Template.fromStack(stack);
    };
    expect(() => synth(5)).not.toThrow();
    expect(errorOf(() => synth(6))).toContain('6 images are attached to KernelGatewayAppSettings of SpaceSettings of space team of domain d-1, '
      + 'at most 5 are allowed: detach some, for example Stack/i0-attachment');
  });

  // The handler finds its entry by image and configuration: one would take the entry of the other away.
  test('do not attach an image twice with one configuration', () => {
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
    expect(errorOf(() => synth(true))).toContain('Stack/Two attaches the image and the app image config of Stack/One '
      + 'to the same list of domain d-1: remove one of them, or give it an app image config of its own');
  });
});

// To CloudFormation another logical id is another resource, and deleting the former would take the entry away that both are about.
describe('the logical id of an attachment', () => {
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

  test('stays when the construct is renamed or moves', () => {
    expect(first()).toMatch(/^StudioAttachment[0-9A-F]{16}$/);
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

  test('stays for names that differ in their case, which are one to SageMaker', () => {
    expect(first('A', [], undefined, 'Torch')).toBe(first('A', [], undefined, 'torch'));
  });

  test('stays when the domain is known later in the app', () => {
    let id: string | undefined;
    const stack = stackIn();
    const attachment = attach(stack, StudioTarget.existingDomain(Lazy.string({ produce: () => id })));
    id = 'd-1';
    expect(logicalIdOf(stack, attachment)).toBe(first());
  });

  test('is another for each place, app, image and configuration', () => {
    const ids = PLACES.flatMap(([, , { Settings }, apps]: any) => ['d-1', 'd-2'].flatMap((domain) => ['jo', 'Jo'].flatMap((name) =>
      apps.map((appType: keyof typeof APPS) => {
        const stack = stackIn();
        const target = ({
          DefaultUserSettings: () => StudioTarget.existingDomain(domain),
          DefaultSpaceSettings: () => StudioTarget.existingDomainSharedSpaces(domain),
          UserSettings: () => StudioTarget.existingUserProfile(domain, name),
          SpaceSettings: () => StudioTarget.existingSpace(domain, name),
        } as any)[Settings]();
        return `${idIn(stack, stack, 'A', target, APPS[appType])} ${Settings} ${domain} ${Settings.startsWith('Default') ? '' : name} ${appType}`;
      }))));
    const places = new Set(ids);
    expect(new Set([...places].map((text) => text.split(' ')[0])).size).toBe(places.size);
    expect(first('A', [], undefined, 'other')).not.toBe(first());
    const stack = stackIn();
    const { version, config } = imageIn(stack);
    const configs = [config, new AppImageConfig(stack, 'Other', { app: APPS.JupyterLab })];
    const [one, other] = configs.map((appImageConfig, index) =>
      new StudioAttachment(stack, `A${index}`, { imageVersion: version, appImageConfig, target: StudioTarget.existingDomain('d-1') }));
    expect(logicalIdOf(stack, one)).not.toBe(logicalIdOf(stack, other));
  });

  test('is another for each domain that a token names, of this stack or another', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: HERE });
    const ids = [stack, ...['One', 'Two'].map((id) => new Stack(app, id, { env: HERE }))].map((owner) => domainIn(owner).attrDomainId);
    ids.push(new CfnParameter(stack, 'Id').valueAsString);
    const attachments = ids.map((id, index) => attach(stack, StudioTarget.existingDomain(id), APPS.JupyterLab, `i${index}`));
    expect(new Set(attachments.map((attachment) => logicalIdOf(stack, attachment))).size).toBe(4);
  });

  test('is that in references and dependencies', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: HERE });
    const other = new Stack(app, 'Other', { env: HERE });
    const attachment = attach(stack, StudioTarget.existingDomain('d-1'));
    const { ref } = attachment.node.findChild('Resource') as CustomResource;
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
