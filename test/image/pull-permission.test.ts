import { App, aws_ecr as ecr, aws_iam as iam, aws_kms as kms, aws_sagemaker as sagemaker, CfnParameter, CfnResource, Fn, Lazy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { BaseImage, BaseImageConfig, Image, ImageVersion, StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { Construct } from 'constructs';
import { expectOrder } from '../helpers/deployment-graph';
import { agnosticStack, DIGEST, ecrUri, HERE, OTHER_ACCOUNT, stackIn, warningIdsOf, warningsOf } from '../helpers/fixtures';
import { PULL, pullStatementsIn, statementsIn } from '../helpers/policies';

const VERSION = 'AWS::SageMaker::ImageVersion';

function versionOf(stack: Stack, baseImage: BaseImage, role?: iam.IRole): ImageVersion {
  return new Image(stack, 'Torch', { role }).addVersion('V1', { baseImage });
}

describe('the key of a repository', () => {
  const decrypts = (stack: Stack) => statementsIn(stack).filter(({ Action }) => Action === 'kms:Decrypt');
  const repositoryWith = (stack: Stack, kmsKey?: string) => new ecr.CfnRepository(stack, 'Repository', { encryptionConfiguration: { encryptionType: 'KMS', kmsKey } });

  test('of the app grants decryption through ECR only', () => {
    const stack = stackIn();
    const key = new kms.Key(stack, 'Key');
    versionOf(stack, BaseImage.fromEcrRepository(new ecr.Repository(stack, 'Repository', { encryptionKey: key }), '1'));
    expect(decrypts(stack)).toEqual([{
      Action: 'kms:Decrypt',
      Effect: 'Allow',
      Resource: stack.resolve(key.keyArn),
      Condition: { StringEquals: { 'kms:ViaService': `ecr.${HERE.region}.amazonaws.com` } },
    }]);
  });

  test.each([
    ['its ARN', `arn:aws:kms:${HERE.region}:${HERE.account}:key/abc`, [`arn:aws:kms:${HERE.region}:${HERE.account}:key/abc`]],
    ['its id', 'abc', [{ 'Fn::Sub': 'arn:${AWS::Partition}:kms:eu-west-1:111111111111:key/abc' }]],
    // IAM policies cannot name a key by its alias.
    ['an alias', 'alias/torch', []],
    ['no key: the AWS managed key', undefined, []],
  ])('can be given by %s', (_, kmsKey, resources) => {
    const stack = stackIn();
    versionOf(stack, BaseImage.fromEcrRepository(repositoryWith(stack, kmsKey), '1'));
    expect(decrypts(stack).map(({ Resource }) => Resource)).toEqual(resources);
  });

  test('is not granted if the encryption is a token', () => {
    const stack = stackIn();
    const repository = new ecr.CfnRepository(stack, 'Repository', { encryptionConfiguration: Lazy.any({ produce: () => ({ encryptionType: 'KMS' }) }) });
    versionOf(stack, BaseImage.fromEcrRepository(repository, '1'));
    expect(decrypts(stack)).toEqual([]);
  });
});

describe('the permission to pull', () => {
  test('is created before the version', () => {
    const stack = stackIn();
    versionOf(stack, BaseImage.fromUri(ecrUri('1')));
    const [[policyId]] = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    expect(Object.values(Template.fromStack(stack).findResources(VERSION))[0].DependsOn).toContain(policyId);
  });

  test('is one policy with one statement for all versions of a repository', () => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch');
    ['1', '2', '3'].forEach((tag) => image.addVersion(`V${tag}`, { baseImage: BaseImage.fromUri(ecrUri(tag)) }));
    Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 1);
    expect(pullStatementsIn(stack)).toEqual([
      { Action: PULL, Effect: 'Allow', Resource: { 'Fn::Sub': 'arn:${AWS::Partition}:ecr:eu-west-1:111111111111:repository/torch' } },
    ]);
  });

  test('does not grow with the number of versions of a repository', () => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch');
    [...Array(100).keys()].forEach((index) => image.addVersion(`V${index}`, { baseImage: BaseImage.fromUri(ecrUri(`${index}`)) }));
    Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 1);
    Template.fromStack(stack).resourceCountIs('AWS::IAM::ManagedPolicy', 0);
  });

  test('for a version in another stack is in that stack', () => {
    const app = new App();
    const [images, versions] = ['Images', 'Versions'].map((id) => new Stack(app, id, { env: HERE }));
    const image = new Image(images, 'Torch');
    new ImageVersion(versions, 'V', { image, baseImage: BaseImage.fromUri(ecrUri('1')) });
    expect(pullStatementsIn(versions)).toHaveLength(1);
    expect(pullStatementsIn(images)).toEqual([]);
  });

  test.each<[string, string, iam.FromRoleArnOptions]>([
    ['is immutable', HERE.account, { mutable: false }],
    ['belongs to another account', OTHER_ACCOUNT.account, {}],
  ])('cannot be granted to a role that %s, which adds a warning', (_, account, options) => {
    const stack = stackIn();
    const role = iam.Role.fromRoleArn(stack, 'Role', `arn:aws:iam::${account}:role/torch`, options);
    expect(warningIdsOf(versionOf(stack, BaseImage.fromUri(ecrUri('1')), role))).toEqual(['cdk-sagemaker-images:baseImagePullNotGranted']);
    Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 0);
  });

  test('is also granted by a repository of the app in another account', () => {
    const app = new App();
    const owner = new Stack(app, 'Owner', { env: OTHER_ACCOUNT });
    const repository = new ecr.Repository(owner, 'Repository', { repositoryName: 'torch' });
    const stack = new Stack(app, 'Stack', { env: HERE });
    const version = versionOf(stack, BaseImage.fromEcrRepository(repository, '1'));
    Template.fromStack(owner).hasResourceProperties('AWS::ECR::Repository', {
      RepositoryPolicyText: {
        Statement: [Match.objectLike({
          Action: PULL, Effect: 'Allow', Condition: { ArnEquals: { 'aws:PrincipalArn': Match.anyValue() } },
        })],
      },
    });
    expect(stack.dependencies).toContain(owner);
    expect(warningIdsOf(version)).toEqual([]);
  });

  test('is not granted by a repository of the app in another account if the role is unknown', () => {
    const app = new App();
    const repository = new ecr.Repository(new Stack(app, 'Owner', { env: OTHER_ACCOUNT }), 'Repository', { repositoryName: 'torch' });
    const stack = new Stack(app, 'Stack', { env: HERE });
    Image.fromImageName(stack, 'Torch', 'torch').addVersion('V1', { baseImage: BaseImage.fromEcrRepository(repository, '1') });
    expect(warningsOf(stack).map(({ text }) => text)).toContainEqual(
      expect.stringContaining(`account ${OTHER_ACCOUNT.account}, which owns the repository, must grant account ${HERE.account} `));
  });

  test.each<[string, (stack: Stack) => BaseImage]>([
    ['an import', (stack) => BaseImage.fromEcrRepository(
      ecr.Repository.fromRepositoryArn(stack, 'Repository', `arn:aws:ecr:${HERE.region}:${OTHER_ACCOUNT.account}:repository/torch`), '1')],
    // It has no method that adds to the policy of the repository.
    ['a reference', (stack) => BaseImage.fromEcrRepository(Object.assign(new Construct(stack, 'Repository'), {
      env: OTHER_ACCOUNT,
      repositoryRef: { repositoryName: 'torch', repositoryArn: `arn:aws:ecr:${HERE.region}:${OTHER_ACCOUNT.account}:repository/torch` },
    }), '1')],
    ['a URI', () => BaseImage.fromUri(`${OTHER_ACCOUNT.account}.dkr.ecr.${HERE.region}.amazonaws.com/torch:1`)],
  ])('adds a warning if another account that the app does not own must grant it: %s', (_, baseImageIn) => {
    const stack = stackIn();
    const version = versionOf(stack, baseImageIn(stack));
    expect(warningsOf(stack).filter(({ path }) => path === version.node.path)).toEqual([{
      path: version.node.path,
      id: 'cdk-sagemaker-images:baseImagePullNotGranted',
      text: expect.stringContaining(`account ${OTHER_ACCOUNT.account}, which owns the repository, must grant account ${HERE.account} ${PULL.join(' and ')} on torch in the policy of the repository`),
    }]);
  });

  test('is on an ARN for any partition, also in a stack without account', () => {
    const stack = new Stack(new App(), 'Stack');
    versionOf(stack, BaseImage.fromUri(ecrUri('1')));
    expect(pullStatementsIn(stack).map(({ Resource }) => Resource)).toEqual([
      { 'Fn::Sub': 'arn:${AWS::Partition}:ecr:eu-west-1:111111111111:repository/torch' },
    ]);
  });
});

describe('a role that images share', () => {
  const sharedRole = (stack: Stack) => new iam.Role(stack, 'Shared', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
  /** Adds images with two versions each, all from one repository. */
  const imagesIn = (stack: Stack, role: iam.IRole, count: number) => {
    const repository = ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch');
    return [...Array(count).keys()].map((index) => {
      const image = new Image(stack, `Image${index}`, { role });
      return ['a', 'b'].map((tag) => image.addVersion(`V${tag}`, { baseImage: BaseImage.fromEcrRepository(repository, `${index}${tag}`) }));
    });
  };
  const policiesIn = (stack: Stack) => Template.fromStack(stack).findResources('AWS::IAM::Policy');
  const dependenciesOf = (stack: Stack, version: ImageVersion): string[] =>
    Template.fromStack(stack).findResources(VERSION)[stack.getLogicalId(version.node.defaultChild as CfnResource)].DependsOn;

  test('has one policy with one statement for 40 images of one repository, and every version waits for it', () => {
    const stack = stackIn();
    const role = sharedRole(stack);
    const versions = imagesIn(stack, role, 40);
    const policies = policiesIn(stack);
    expect(Object.values(policies).map(({ Properties }) => [Properties.Roles, Properties.PolicyDocument.Statement])).toEqual([[
      [stack.resolve(role.roleName)],
      [{ Action: PULL, Effect: 'Allow', Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ecr:eu-west-1:111111111111:repository/torch']] } }],
    ]]);
    Template.fromStack(stack).resourceCountIs('AWS::IAM::ManagedPolicy', 0);
    const [policyId] = Object.keys(policies);
    versions.flat().forEach((version) => expect(dependenciesOf(stack, version)).toContain(policyId));
  });

  test('has a policy below the stack, so that it stays the same without the first image', () => {
    const policyIdsWith = (...ids: string[]) => {
      const stack = stackIn();
      const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
      ids.forEach((id) => new Image(stack, id, { role }).addVersion('V', { baseImage: BaseImage.fromUri(ecrUri('1')) }));
      return Object.keys(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    };
    const [id] = policyIdsWith('A', 'B');
    expect(id).toMatch(/^ImagePull/);
    expect(policyIdsWith('B')).toEqual([id]);
  });

  test('has one policy with one statement for all repositories', () => {
    const stack = stackIn();
    const role = sharedRole(stack);
    ['a', 'b', 'c'].forEach((name) => new Image(stack, name, { role }).addVersion('V', {
      baseImage: BaseImage.fromUri(ecrUri('1').replace('/torch:', `/${name}:`)),
    }));
    expect(pullStatementsIn(stack)).toEqual([{
      Action: PULL,
      Effect: 'Allow',
      Resource: ['a', 'b', 'c'].map((name) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:ecr:eu-west-1:111111111111:repository/${name}` })),
    }]);
    Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 1);
  });

  // Another stack must not change the policy of the first: it may be deployed alone.
  test('has one policy in each of two stacks, with different names', () => {
    const app = new App();
    const [one, other] = ['One', 'Other'].map((id) => new Stack(app, id, { env: HERE }));
    const role = sharedRole(one);
    const versions = [one, other].map((stack) => imagesIn(stack, role, 3).flat());
    const [[[idInOne, inOne]], [[idInOther, inOther]]] = [one, other].map((stack) => Object.entries(policiesIn(stack)));
    expect([one, other].map((stack) => Object.keys(policiesIn(stack)).length)).toEqual([1, 1]);
    expect([one, other].map((stack) => pullStatementsIn(stack).length)).toEqual([1, 1]);
    expect(inOne.Properties.PolicyName).not.toEqual(inOther.Properties.PolicyName);
    versions[0].forEach((version) => expect(dependenciesOf(one, version)).toContain(idInOne));
    versions[1].forEach((version) => expect(dependenciesOf(other, version)).toContain(idInOther));
  });

  test('has one policy for the pull and one for Studio if it is also the execution role', () => {
    const stack = stackIn();
    const role = sharedRole(stack);
    ['a', 'b'].forEach((id) => new StudioImage(stack, id, {
      role, baseImage: BaseImage.fromUri(ecrUri(id)), app: StudioApp.jupyterLab(), attachTo: [StudioTarget.existingDomain('d-1', { executionRole: role })],
    }));
    const roles = JSON.stringify([stack.resolve(role.roleName)]);
    const ofRole = Object.values(policiesIn(stack)).filter(({ Properties }) => JSON.stringify(Properties.Roles) === roles);
    expect(ofRole).toHaveLength(2);
  });
});

// The id is a public contract: changing it would replace the policy.
test("the policy of an image with a default role is '<image>/PullPolicy'", () => {
  const stack = stackIn();
  const images = ['A', 'B'].map((id) => new Image(stack, id));
  images.forEach((image, index) => image.addVersion('V', { baseImage: BaseImage.fromUri(ecrUri(`${index}`)) }));
  const policies = images.map((image) => image.node.findChild('PullPolicy').node.defaultChild as CfnResource);
  expect(Object.keys(Template.fromStack(stack).findResources('AWS::IAM::Policy'))).toEqual(policies.map((policy) => stack.getLogicalId(policy)));
});

/** A base image whose repository is unknown, as another library may implement it. */
class UnknownRepository extends BaseImage {
  public bind(scope: Construct): BaseImageConfig {
    return { imageUri: new CfnParameter(scope, 'Uri').valueAsString };
  }
}

// The CDK rejects a policy without statements as soon as the role gets another one.
describe('a role that the app grants the pull because the version does not know the repository', () => {
  const statement = new iam.PolicyStatement({ actions: PULL, resources: ['*'] });
  const GRANTS: Record<string, (stack: Stack, role: iam.IRole) => void> = {
    'a statement': (_, role) => role.addToPrincipalPolicy(statement),
    'an inline policy': (stack, role) => role.attachInlinePolicy(new iam.Policy(stack, 'Policy', { statements: [statement] })),
    'a grant of the repository': (stack, role) => new ecr.Repository(stack, 'Repository').grantPull(role),
    'a version whose repository is known': (stack, role) => {
      new Image(stack, 'Other', { role }).addVersion('V1', { baseImage: BaseImage.fromUri(ecrUri('1')) });
    },
  };
  const ROLES: Record<string, (stack: Stack) => iam.IRole | undefined> = {
    'its default role': () => undefined,
    'a role of the app': (stack) => new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') }),
    'an imported role': (stack) => iam.Role.fromRoleName(stack, 'Role', 'torch'),
  };

  describe.each(Object.entries(ROLES))('%s', (_, roleIn) => {
    test.each(Object.entries(GRANTS))('has only that policy: %s', (__, grant) => {
      const stack = stackIn();
      const version = versionOf(stack, new UnknownRepository(), roleIn(stack));
      grant(stack, (version.image as Image).role);
      Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 1);
      expect(pullStatementsIn(stack)).toHaveLength(1);
    });
  });

  test('can be granted it first', () => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch');
    image.role.addToPrincipalPolicy(statement);
    image.addVersion('V1', { baseImage: new UnknownRepository() });
    Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 1);
  });

  test('gets its policy before the version', () => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch');
    const version = image.addVersion('V1', { baseImage: new UnknownRepository() });
    image.role.addToPrincipalPolicy(statement);
    expectOrder(stack.node.root as App, [image.role.node.findChild('DefaultPolicy'), version]);
  });

  // The id of the policy does not depend on which version is first.
  test.each([[[true, false]], [[false, true]]])('gets a policy of the library for the first version whose repository is known: %p', (known) => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch');
    known.forEach((isKnown, index) =>
      image.addVersion(`V${index}`, { baseImage: isKnown ? BaseImage.fromUri(ecrUri('1')) : new UnknownRepository() }));
    image.role.addToPrincipalPolicy(statement);
    const policies = Template.fromStack(stack).findResources('AWS::IAM::Policy');
    expect(Object.keys(policies)).toEqual([expect.stringMatching(/^TorchRoleDefaultPolicy/), expect.stringMatching(/^TorchPullPolicy/)].sort());
  });

  test('can also be the execution role of Studio', () => {
    const stack = stackIn();
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    new StudioImage(stack, 'Torch', {
      role,
      baseImage: new UnknownRepository(),
      app: StudioApp.jupyterLab(),
      attachTo: [StudioTarget.existingDomain('d-1', { executionRole: role })],
    });
    role.addToPolicy(statement);
    expect(() => Template.fromStack(stack)).not.toThrow();
  });
});

describe('the role of a CfnImage', () => {
  const TRUST = { Version: '2012-10-17', Statement: [] };
  const versionOfL1 = (stack: Stack, imageRoleArn: string) => new ImageVersion(stack, 'Version', {
    image: new sagemaker.CfnImage(stack, 'Torch', { imageName: 'torch', imageRoleArn }), baseImage: BaseImage.fromUri(ecrUri('1')),
  });

  test.each<[string, (stack: Stack) => string]>([
    ['a CfnRole', (stack) => new iam.CfnRole(stack, 'Owned', { assumeRolePolicyDocument: TRUST }).attrArn],
    ['a Role', (stack) => new iam.Role(stack, 'Owned', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') }).roleArn],
  ])('is granted the pull if it is %s of the app', (_, arnOf) => {
    const stack = stackIn();
    const version = versionOfL1(stack, arnOf(stack));
    const template = Template.fromStack(stack);
    const [[policyId, policy]] = Object.entries(template.findResources('AWS::IAM::Policy'));
    const [[roleId]] = Object.entries(template.findResources('AWS::IAM::Role'));
    expect(policy.Properties.Roles).toEqual([{ Ref: roleId }]);
    expect(pullStatementsIn(stack).map(({ Action }) => Action)).toEqual([PULL]);
    expect(Object.values(template.findResources(VERSION))[0].DependsOn).toContain(policyId);
    expect(warningIdsOf(version)).toEqual([]);
  });

  test.each<[string, (stack: Stack) => string]>([
    ['not of the app', () => `arn:aws:iam::${HERE.account}:role/theirs`],
    ['known later', () => Lazy.string({ produce: () => `arn:aws:iam::${HERE.account}:role/theirs` })],
    ['not named by its ARN', (stack) => new iam.CfnRole(stack, 'Owned', { assumeRolePolicyDocument: TRUST }).attrRoleId],
  ])('causes a warning if it is %s', (_, arnOf) => {
    const stack = stackIn();
    const version = versionOfL1(stack, arnOf(stack));
    expect(pullStatementsIn(stack)).toEqual([]);
    expect(warningIdsOf(version)).toEqual(['cdk-sagemaker-images:baseImagePullNotGranted']);
  });
});

describe('the repository in a URI with the account and Region of the stack', () => {
  const pulledFrom = (stack: Stack, uri: string) => {
    versionOf(stack, BaseImage.fromUri(uri));
    return pullStatementsIn(stack).map(({ Resource }) => Resource);
  };
  const ARN = ['', ['arn:', { Ref: 'AWS::Partition' }, ':ecr:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':repository/ml/torch']];

  test.each<[string, (stack: Stack) => string]>([
    ['in a string', ({ account, region, urlSuffix }) => `${account}.dkr.ecr.${region}.${urlSuffix}/ml/torch:1`],
    ['in Fn::Sub', () => Fn.sub('${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/ml/torch@' + DIGEST)],
  ])('is granted: %s', (_, uriIn) => {
    const stack = agnosticStack();
    expect(pulledFrom(stack, uriIn(stack))).toEqual([{ 'Fn::Join': ARN }]);
    expect(warningsOf(stack).filter(({ id }) => id === 'cdk-sagemaker-images:baseImagePullNotGranted')).toEqual([]);
  });

  test.each<[string, (stack: Stack) => string]>([
    ['is a parameter', (stack) => `${stack.account}.dkr.ecr.${stack.region}.amazonaws.com/${new CfnParameter(stack, 'Name').valueAsString}:1`],
    ['is known later', (stack) => Lazy.string({ produce: () => `${stack.account}.dkr.ecr.${stack.region}.amazonaws.com/torch:1` })],
    ['is in an account of a parameter', (stack) => `${new CfnParameter(stack, 'Account').valueAsString}.dkr.ecr.${stack.region}.amazonaws.com/torch:1`],
  ])('is not granted if it %s', (_, uriIn) => {
    const stack = agnosticStack();
    expect(pulledFrom(stack, uriIn(stack))).toEqual([]);
    expect(warningsOf(stack).map(({ id }) => id)).toContain('cdk-sagemaker-images:baseImagePullNotGranted');
  });
});
