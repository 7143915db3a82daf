import { aws_ecr as ecr, aws_iam as iam, aws_ssm as ssm, CfnParameter, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AppImageConfig, BaseImage, BaseImageConfig, Image, ImageVersion, ImageVersionLookup, StudioApp, StudioTarget } from 'cdk-sagemaker-images';
import { formatArn } from '../../src/private/arn';
import { DIGEST, ecrUri, errorOf, stackIn } from '../helpers/fixtures';
import { APPS, attach } from '../helpers/studio';

/** Values that the CDK or CloudFormation replaces later. */
const LATER: [string, (stack: Stack) => string][] = [
  ['a token', (stack) => new CfnParameter(stack, 'P').valueAsString],
  ['a number token', (stack) => `${new CfnParameter(stack, 'P', { type: 'Number' }).valueAsNumber}`],
  ['a look-up', (stack) => ssm.StringParameter.valueFromLookup(stack, '/a/b')],
  ['a dynamic reference', () => '{{resolve:ssm:/a/b:1}}'],
];
const ARNS: [string, string, (stack: Stack, arn: string) => unknown][] = [
  ['an image', 'image/torch', (stack, arn) => Image.fromImageArn(stack, 'I', arn)],
  ['an image version', 'image-version/torch/3', (stack, arn) => ImageVersion.fromImageVersionArn(stack, 'I', arn)],
  ['an app image config', 'app-image-config/torch', (stack, arn) => AppImageConfig.fromAppImageConfigArn(stack, 'I', arn)],
];
const NAMES: [string, (stack: Stack, name: string) => unknown][] = [
  ['an image', (stack, imageName) => new Image(stack, 'I', { imageName })],
  ['an imported image', (stack, name) => Image.fromImageName(stack, 'I', name)],
  ['a configuration', (stack, appImageConfigName) => new AppImageConfig(stack, 'I', { appImageConfigName, app: StudioApp.jupyterLab() })],
  ['an imported configuration', (stack, name) => AppImageConfig.fromAppImageConfigName(stack, 'I', name)],
];
const [KNOWN, WILD] = ['arn:aws:sagemaker:eu-west-1:111111111111', ['*', '?', '${aws:username}', 'dummy-value-for-*', '{{resolve:*}}', '${Token[x*]}', '#{Token[*.1]}']];
const attachTo = (stack: Stack, target: StudioTarget) => attach(stack, target, APPS.KernelGateway);
const versionOf = (stack: Stack, baseImage: BaseImage) => new Image(stack, 'Torch').addVersion('V', { baseImage });

// A permission on such an ARN would extend to other resources.
describe.each(ARNS)('the ARN of %s', (_, resource, importIn) => {
  test.each(WILD)('with %s in any part is an error', (wild) => {
    const parts = `${KNOWN}:${resource}`.split(/(?<=[:/])|(?=[:/])/);
    const arns = parts.flatMap((part, index) => /^[:/]$/.test(part) ? [] : [
      [...parts.slice(0, index), wild, ...parts.slice(index + 1)].join(''), [...parts.slice(0, index), part, wild, ...parts.slice(index + 1)].join(''),
    ]);
    // A value that contains a wildcard does not count as a dummy.
    expect(arns.filter((arn) => !errorOf(() => importIn(stackIn(), arn))?.includes(' is not a valid ARN of '))).toEqual([]);
  });

  test.each(LATER.slice(0, 3))('with a wildcard beside %s is an error', (__, later) => {
    const arnsWith = (part: string) => [`arn:aws:sagemaker:*:${part}:${resource}`, `arn:aws:sagemaker:${part}:111111111111:${resource}*`, `${part}?`];
    arnsWith('x').forEach((_arn, index) => {
      const stack = stackIn();
      const error = errorOf(() => importIn(stack, arnsWith(later(stack))[index]));
      expect(error).toContain(' is not a valid ARN of ');
      expect(error).not.toMatch(/Token|e\+289/);
    });
  });

  test.each(LATER.slice(0, 3))('can contain %s', (__, later) => {
    const stack = stackIn();
    expect(errorOf(() => importIn(stack, `arn:aws:sagemaker:eu-west-1:${later(stack)}:${resource}`))).toBeUndefined();
  });

  test.each([LATER[0], LATER[2]])('can be %s', (__, later) => {
    const stack = stackIn();
    expect(errorOf(() => importIn(stack, later(stack)))).toBeUndefined();
  });
});

describe.each(NAMES)('the name of %s', (_, create) => {
  test.each(WILD)('with %s is an error', (wild) => {
    for (const name of [wild, `torch${wild}`, `${wild}torch`]) {
      expect(errorOf(() => create(stackIn(), name))).toMatch(/ImageName |imageName |ImageConfigName /);
    }
  });

  test.each(LATER)('is checked beside %s', (__, later) => {
    for (const [prefix, suffix, isValid] of [['', '', true], ['torch-', '', true], ['', '-gpu', true], ['torch-', '*', false], ['*', '', false], ['', ' x', false]] as const) {
      const stack = stackIn();
      const error = errorOf(() => create(stack, `${prefix}${later(stack)}${suffix}`));
      expect([prefix, suffix, error === undefined]).toEqual([prefix, suffix, isValid]);
      expect(error ?? '').not.toMatch(/Token\[|e\+289/);
    }
  });
});

describe('a role', () => {
  const ROLES: [string, (stack: Stack) => iam.IRole][] = [
    ['an ARN', (stack) => iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111111111111:role/*')],
    ['a name', (stack) => iam.Role.fromRoleName(stack, 'Role', '*')],
    ['a name that is unknown in part', (stack) => iam.Role.fromRoleName(stack, 'Role', `${new CfnParameter(stack, 'P').valueAsString}?`)],
  ];
  const USES: [string, string, (stack: Stack, role: iam.IRole) => unknown][] = [
    ['an image', 'role', (stack, role) => new Image(stack, 'I', { role })],
    ['an imported image', 'role', (stack, role) => Image.fromImageAttributes(stack, 'I', { imageName: 'torch', role })],
    ['a target', 'executionRole', (stack, executionRole) => attachTo(stack, StudioTarget.existingDomain('d-1', { executionRole }))],
  ];

  test.each(USES.flatMap(([of, name, use]) => ROLES.map(([by, roleIn]) => [of, by, name, use, roleIn] as const)))(
    'of %s has no wildcard in %s', (_, __, name, use, roleIn) => {
      const stack = stackIn();
      const error = errorOf(() => use(stack, roleIn(stack)));
      expect(error).toMatch(new RegExp(`1 problem\n  ${name} 'arn:.* has a wildcard or a variable, which would extend permissions to other resources: give the ARN of one resource$`));
      expect(error).not.toMatch(/Token\[/);
    });

  test.each(USES)('of %s can have a name that is unknown', (_, __, use) => {
    const stack = stackIn();
    expect(errorOf(() => use(stack, iam.Role.fromRoleName(stack, 'Role', new CfnParameter(stack, 'P').valueAsString)))).toBeUndefined();
  });
});

describe('an id of a target', () => {
  const DOMAIN = 'is not a valid domain id';
  const NAME = 'is not a valid name';
  const TARGETS: [string, string, (id: string) => StudioTarget][] = [
    ['a domain', `domainId 'ID' ${DOMAIN}`, (id) => StudioTarget.existingDomain(id)],
    ['shared spaces', `domainId 'ID' ${DOMAIN}`, (id) => StudioTarget.existingDomainSharedSpaces(id)],
    ['a user profile', `userProfileName 'ID' ${NAME}`, (id) => StudioTarget.existingUserProfile('d-1', id)],
    ['a space', `spaceName 'ID' ${NAME}`, (id) => StudioTarget.existingSpace('d-1', id)],
  ];

  test.each(TARGETS)('is refused with a wildcard or a variable beside an unknown part: %s', (_, message, targetOf) => {
    for (const id of ['{{resolve:ssm:x}}*', 'dummy-value-for-a/*', '{{resolve:ssm:x}}/${x}', '${Token[x*]}', '#{Token[*.1]}']) {
      expect(errorOf(() => attachTo(stackIn(), targetOf(id)))).toContain(message.replace('ID', () => id));
    }
    const stack = stackIn();
    expect(errorOf(() => attachTo(stack, targetOf(`${new CfnParameter(stack, 'P').valueAsString}*`)))).toContain(message.replace('ID', '<token>*'));
  });
});

describe('text that becomes no part of an ARN', () => {
  test.each(LATER)('can have a wildcard beside %s', (_, later) => {
    const stack = stackIn();
    expect(errorOf(() => new Image(stack, 'I', { displayName: `Torch ${later(stack)} *` }))).toBeUndefined();
  });
});

describe('a repository', () => {
  const byName = (name: string) => (stack: Stack) => ecr.Repository.fromRepositoryName(stack, 'R', name);
  const byArn = (arn: string) => (stack: Stack) => ecr.Repository.fromRepositoryAttributes(stack, 'R', { repositoryArn: arn, repositoryName: 'torch' });
  const USES: [string, (stack: Stack, repository: ecr.IRepositoryRef) => unknown, string][] = [
    ['with a tag', (stack, repository) => versionOf(stack, BaseImage.fromEcrRepository(repository, '1')), 'the repository of baseImage'],
    ['with a digest', (stack, repository) => versionOf(stack, BaseImage.fromEcrRepositoryDigest(repository, DIGEST)), 'the repository of baseImage'],
    ['of a URI', (stack, repository) => versionOf(stack, BaseImage.fromUri(ecrUri('1'), { repository })), 'the repository of baseImage'],
    ['of a base image of somebody else', (stack, repository) => versionOf(stack, new OtherBaseImage({ imageUri: ecrUri('1'), repository })), 'the repository of baseImage'],
    ['of a look-up', (stack, repository) => new ImageVersionLookup(stack, 'L', { image: Image.fromImageName(stack, 'I', 'torch'), repository }), 'repository'],
  ];

  test.each(USES)('%s has a valid name', (_, use, what) => {
    for (const name of ['*', '${x}', 'Torch', 'torch/*', 'torch?', 'dummy-value-for-*']) {
      const stack = stackIn();
      expect(errorOf(() => use(stack, byName(name)(stack)))).toContain(`1 problem\n  the name of ${what} '${name}' is not a valid name of a repository: use lower-case `);
    }
  });

  test.each(USES)('%s has an ARN without wildcards', (_, use, what) => {
    for (const arn of ['arn:aws:ecr:*:111111111111:repository/torch', 'arn:aws:ecr:eu-west-1:111111111111:repository/*', 'arn:aws:ecr:eu-west-1:11111111111?:repository/torch']) {
      const stack = stackIn();
      expect(errorOf(() => use(stack, byArn(arn)(stack)))).toContain(
        `1 problem\n  the ARN of ${what} '${arn}' has a wildcard or a variable, which would extend permissions to other resources: give the ARN of one resource`);
    }
  });

  test.each([
    ...LATER.map(([name, later]) => [name, (stack: Stack) => byName(`team/${later(stack)}`)(stack)] as const),
    // `Repository.fromLookup` returns it until the look-up is done.
    ['a dummy of the CDK', byName('DUMMY_ARN')] as const,
    ['an owned repository', (stack: Stack) => new ecr.Repository(stack, 'R')] as const,
    ['an L1', (stack: Stack) => new ecr.CfnRepository(stack, 'R')] as const,
  ])('can have a name that is unknown: %s', (_, repositoryIn) => {
    for (const [, use] of USES) {
      const stack = stackIn();
      expect(errorOf(() => use(stack, repositoryIn(stack)))).toBeUndefined();
    }
  });

  test.each(['*', 'arn:aws:kms:*:111111111111:key/abc', 'arn:aws:kms:eu-west-1:111111111111:key/*'])('is not encrypted with any key: %s', (kmsKey) => {
    const stack = stackIn();
    const repository = new ecr.CfnRepository(stack, 'R', { encryptionConfiguration: { encryptionType: 'KMS', kmsKey } });
    expect(errorOf(() => versionOf(stack, BaseImage.fromEcrRepository(repository, '1')))).toContain('the key of the repository of baseImage ');
  });
});

describe('a URI that is unknown in part', () => {
  test.each(LATER)('is checked up to %s', (_, later) => {
    const problemOf = (uri: (part: string) => string) => {
      const stack = stackIn();
      return errorOf(() => versionOf(stack, BaseImage.fromUri(uri(later(stack)))));
    };
    expect(problemOf((part) => `111111111111.dkr.ecr.eu-west-1.evil.com/torch:${part}`)).toContain(' is not a valid URI of a container image in ECR: ');
    expect(problemOf((part) => `111111111111.dkr.ecr.us-east-1.amazonaws.com/torch:${part}`)).toContain('baseImage is in us-east-1 and the stack in eu-west-1');
    for (const valid of ['111111111111.dkr.ecr.eu-west-1.amazonaws.com/torch@PART', '111111111111.dkr.ecr.eu-west-1.amazonaws.com/PART', 'PART.dkr.ecr.eu-west-1.amazonaws.com/torch', 'PART']) {
      expect([valid, problemOf((part) => valid.replace('PART', () => part))]).toEqual([valid, undefined]);
    }
  });
});

test('a part of an ARN is never a variable of Fn::Sub', () => {
  const stack = stackIn();
  const rendered = (resourceName: string) => stack.resolve(formatArn(stack, { service: 's', resource: 'r', resourceName }));
  expect(rendered('${AWS::Region}')).toEqual({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s:eu-west-1:111111111111:r/${AWS::Region}']] });
  // The CDK would render a number token inside of Fn::Sub as an object, which CloudFormation rejects.
  expect(rendered(`v${Token.asNumber({ Ref: 'P' })}`)).toEqual({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s:eu-west-1:111111111111:r/v', { Ref: 'P' }]] });
});

test('a tag with a number token is part of the URI', () => {
  const stack = stackIn();
  versionOf(stack, BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'R', 'torch'), `v${Token.asNumber({ Ref: 'P' })}`));
  Template.fromStack(stack).hasResourceProperties('AWS::SageMaker::ImageVersion', {
    BaseImage: { 'Fn::Sub': ['111111111111.dkr.ecr.eu-west-1.${AWS::URLSuffix}/torch${TagOrDigest}', { TagOrDigest: { 'Fn::Join': ['', [':v', { Ref: 'P' }]] } }] },
  });
});

/** A base image that a user of the library wrote. */
class OtherBaseImage extends BaseImage {
  constructor(private readonly config: BaseImageConfig) {
    super();
  }

  public bind(): BaseImageConfig {
    return this.config;
  }
}
