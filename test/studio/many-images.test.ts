import { App, aws_ecr as ecr, aws_iam as iam, CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AppImageConfig, BaseImage, Image, StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { errorOf, HERE, warningsOf } from '../helpers/fixtures';
import { APPS, domainIn, resourceOf, STUDIO_ATTACHMENTS } from '../helpers/studio';

/** The quotas of IAM, in characters without white space. */
const [INLINE, MANAGED, MANAGED_POLICIES] = [10_240, 6_144, 10];

type Environment = typeof HERE;

interface Scene {
  readonly stack: Stack;
  readonly role: iam.Role;
  readonly names: string[];
  readonly attachments: StudioAttachment[];
}

interface Policy {
  readonly id: string;
  readonly type: string;
  readonly document: any;
}

type MakeTarget = (stack: Stack, executionRole: iam.Role) => StudioTarget;

const TARGETS: [string, MakeTarget, RegExp][] = [
  ['an existing domain', (_, executionRole) => StudioTarget.existingDomain('d-1', { executionRole }),
    /\[Stack\/Attachment\w+\] 201 images are attached to JupyterLabAppSettings of DefaultUserSettings of domain d-1, at most 200 are allowed: detach some$/m],
  ['an owned domain', (stack, role) => StudioTarget.domain(domainIn(stack, { defaultUserSettings: { executionRole: role.roleArn } })),
    /\[Stack\/Domain\] Stack\/Domain.DefaultUserSettings.JupyterLabAppSettings.CustomImages has 201 entries, at most 200 are allowed: detach some images$/m],
];

/**
 * Attaches images with names of 40 characters, each from a repository of that name, to targets that have one execution role.
 *
 * The images share a role and a configuration, so that 200 of them are a stack that CloudFormation accepts.
 */
function attachMany(count: number, env: Environment | undefined, makeTargets: MakeTarget[], prefix = ''): Scene {
  const stack = new Stack(new App(), 'Stack', { env });
  const role = roleIn(stack, 'Execution');
  const targets = makeTargets.map((make) => make(stack, role));
  const shared = { role: roleIn(stack, 'Pull'), appImageConfig: new AppImageConfig(stack, 'Config', { app: APPS.JupyterLab }) };
  const names = Array.from({ length: count }, (_, index) => `${prefix}team-vision-pytorch-notebook-image-no${String(index).padStart(3, '0')}`);
  const attachments = names.flatMap((name, index) => {
    const repository = ecr.Repository.fromRepositoryName(stack, `Repository${index}`, name);
    const image = new Image(stack, `Image${index}`, { imageName: name, role: shared.role });
    const imageVersion = image.addVersion('V', { baseImage: BaseImage.fromEcrRepository(repository, '1') });
    return targets.map((target, which) =>
      new StudioAttachment(stack, `Attachment${index}x${which}`, { imageVersion, appImageConfig: shared.appImageConfig, target }));
  });
  return { stack, role, names, attachments };
}

function roleIn(stack: Stack, id: string): iam.Role {
  return new iam.Role(stack, id, { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
}

/** All policies of a role in its stack. */
function policiesOf({ stack, role }: Scene): Policy[] {
  const id = stack.getLogicalId(role.node.defaultChild as CfnResource);
  return Object.entries<any>(Template.fromStack(stack).toJSON().Resources)
    .filter(([, { Properties }]) => JSON.stringify(Properties?.Roles ?? []).includes(`{"Ref":"${id}"}`))
    .map(([policy, { Type, Properties }]) => ({ id: policy, type: Type, document: Properties.PolicyDocument }));
}

/** A policy document as it is in the account. Version numbers have five digits. */
function deployed({ stack }: Scene, document: any, partition: string, region: string, account: string): any {
  const { Resources } = Template.fromStack(stack).toJSON();
  const values: Record<string, string> = { 'AWS::Partition': partition, 'AWS::Region': region, 'AWS::AccountId': account };
  const text = (value: any): string => {
    if (typeof value === 'string') {
      return value;
    }
    const [[name, argument]] = Object.entries<any>(value);
    switch (name) {
      case 'Fn::Sub': return argument.replace(/\$\{([^}]+)\}/g, (_: string, variable: string) => values[variable]);
      case 'Fn::Join': return argument[1].map(text).join(argument[0]);
      case 'Ref': return values[argument]
        ?? `arn:${partition}:sagemaker:${region}:${account}:image-version/${text(Resources[argument].Properties.ImageName)}/99999`;
      default: throw new Error(`${name} in a policy`);
    }
  };
  return {
    ...document,
    Statement: document.Statement.map((statement: any) => ({ ...statement, Resource: [statement.Resource].flat().map(text) })),
  };
}

function expectWithinQuotas(scene: Scene, partition: string, { account, region }: Environment): void {
  const policies = policiesOf(scene)
    .map(({ type, document }) => ({ type, length: JSON.stringify(deployed(scene, document, partition, region, account)).length }));
  const [inline, managed] = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']
    .map((type) => policies.filter((policy) => policy.type === type).map(({ length }) => length));
  expect(inline.length + managed.length).toBe(policies.length);
  expect(inline.length).toBe(1);
  expect(inline.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(INLINE);
  expect(managed.length).toBeGreaterThan(0);
  expect(managed.length).toBeLessThanOrEqual(MANAGED_POLICIES);
  expect(managed.filter((length) => length > MANAGED)).toEqual([]);
}

describe.each(TARGETS)('200 images on %s with one execution role', (_, makeTarget, tooMany) => {
  const scene = attachMany(200, HERE, [makeTarget]);
  const deployedHere = (document: any) => deployed(scene, document, 'aws', HERE.region, HERE.account);

  test('have names of 40 characters', () => {
    expect(new Set(scene.names).size).toBe(200);
    expect(scene.names.filter(({ length }) => length !== 40)).toEqual([]);
  });

  test('have policies within the quotas of IAM', () => {
    expectWithinQuotas(scene, 'aws', HERE);
  });

  test('grant the role exactly the permissions on each image, version and repository, once', () => {
    const granted = policiesOf(scene).flatMap(({ document }) => deployedHere(document).Statement)
      .flatMap(({ Effect, Action, Resource }: any) => Resource.map((arn: string) => `${Effect} ${[Action].flat().join(' ')} ${arn}`));
    const here = `${HERE.region}:${HERE.account}`;
    expect(granted.sort()).toEqual(scene.names.flatMap((name) => [
      `Allow sagemaker:DescribeImage arn:aws:sagemaker:${here}:image/${name}`,
      `Allow sagemaker:DescribeImageVersion arn:aws:sagemaker:${here}:image-version/${name}/99999`,
      `Allow ecr:BatchGetImage ecr:GetDownloadUrlForLayer arn:aws:ecr:${here}:repository/${name}`,
    ]).sort());
  });

  test('are in the list of one resource, which waits for all policies', () => {
    const [resource, ...others] = new Set(scene.attachments.map(resourceOf));
    expect(others).toEqual([]);
    const { [scene.stack.resolve(resource.logicalId)]: { DependsOn, Properties } } = Template.fromStack(scene.stack).toJSON().Resources;
    const ids = policiesOf(scene).map(({ id }) => id);
    expect(ids.filter((id) => !DependsOn.includes(id))).toEqual([]);
    expect(Properties.DefaultUserSettings.JupyterLabAppSettings.CustomImages.map(({ ImageName }: any) => ImageName)).toEqual(scene.names);
    Template.fromStack(scene.stack).resourceCountIs(STUDIO_ATTACHMENTS, resource.cfnResourceType === STUDIO_ATTACHMENTS ? 1 : 0);
  });

  test('cause no warnings about the role', () => {
    expect(warningsOf(scene.stack).filter(({ id }) => id === 'cdk-sagemaker-images:studioExecutionRole')).toEqual([]);
  });

  test('are the limit', () => {
    expect(errorOf(() => Template.fromStack(attachMany(201, HERE, [makeTarget]).stack))).toMatch(tooMany);
  });
});

// For one of these numbers of images, the last policy has only a part of the permissions on the last image.
test.each(TARGETS)('the resource for %s waits for all policies, whichever permissions start the last one', (_, makeTarget) => {
  const scenes = [14, 15, 16, 17, 18, 19, 20].map((count) => attachMany(count, HERE, [makeTarget]));
  const counts = scenes.map((scene) => {
    const { stack, attachments: [attachment] } = scene;
    const { DependsOn } = Template.fromStack(stack).toJSON().Resources[stack.resolve(resourceOf(attachment).logicalId)];
    const policies = policiesOf(scene);
    expect(policies.filter(({ id }) => !DependsOn.includes(id))).toEqual([]);
    return policies.length;
  });
  expect(new Set(counts)).toEqual(new Set([1, 2]));
});

// The bound counts the longest partition and Region, so that slightly fewer than 200 images fit.
test.each(TARGETS)('180 images on %s need policies within the quotas of IAM in any Region', (_, makeTarget) => {
  const agnostic = attachMany(180, undefined, [makeTarget]);
  expectWithinQuotas(agnostic, 'aws', { account: HERE.account, region: 'ap-southeast-1' });
  expectWithinQuotas(agnostic, 'aws-us-gov', { account: HERE.account, region: 'us-gov-west-1' });
});

test('images with longer names that exceed the quotas of IAM are an error before the deployment', () => {
  const [[, makeTarget]] = TARGETS;
  expect(errorOf(() => Template.fromStack(attachMany(200, HERE, [makeTarget], 'with-23-more-characters').stack))).toMatch(
    /^ {2}\[Stack\/Execution\] role Stack\/Execution has 1\d managed policies, IAM allows 10: grant it one statement of your own for all images, /m);
});

test.each<[string, MakeTarget[]]>([
  ['an existing and an owned domain', TARGETS.map(([, makeTarget]) => makeTarget)],
  ['both settings of a domain', [StudioTarget.existingDomain, StudioTarget.existingDomainSharedSpaces].map((make): MakeTarget =>
    (__, executionRole) => make('d-1', { executionRole }))],
])('the same images on %s need the permissions only once', (_, makeTargets) => {
  const [one, both] = [makeTargets.slice(0, 1), makeTargets].map((make) => attachMany(60, HERE, make));
  const lengths = (scene: Scene) => policiesOf(scene)
    .map(({ id, document }) => [id, document.Statement.map(({ Action, Resource }: any) => [Action, Resource.length])]);
  expect(lengths(one).length).toBeGreaterThan(1);
  expect(lengths(both)).toEqual(lengths(one));
});
