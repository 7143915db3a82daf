import { App, Aws, aws_ecr as ecr, aws_iam as iam, aws_kms as kms, CfnParameter, Lazy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { BaseImage, BaseImageConfig, Image, ImageVersion, StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { Construct } from 'constructs';
import { expectOrder } from '../helpers/deployment-graph';
import { ecrUri, HERE, OTHER_ACCOUNT, stackIn, warningIdsOf, warningsOf } from '../helpers/fixtures';
import { PULL, pullStatementsIn, statementsIn } from '../helpers/policies';

const VERSION = 'AWS::SageMaker::ImageVersion';

function versionOf(stack: Stack, baseImage: BaseImage, role?: iam.IRole): ImageVersion {
  return new Image(stack, 'Torch', { role }).addVersion('V1', { baseImage });
}

describe('the key of a repository', () => {
  const decrypts = (stack: Stack) => statementsIn(stack).filter(({ Action }) => Action === 'kms:Decrypt');
  const repositoryWith = (stack: Stack, kmsKey?: string) => new ecr.CfnRepository(stack, 'Repository', { encryptionConfiguration: { encryptionType: 'KMS', kmsKey } });

  test('of this app may decrypt, through ECR only', () => {
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
    ['its id', 'abc', [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:kms:${HERE.region}:${HERE.account}:key/abc`]] }]],
    // IAM knows a key by its id only.
    ['an alias', 'alias/torch', []],
    ['nothing: the key of AWS', undefined, []],
  ])('may be known by %s', (_, kmsKey, resources) => {
    const stack = stackIn();
    versionOf(stack, BaseImage.fromEcrRepository(repositoryWith(stack, kmsKey), '1'));
    expect(decrypts(stack).map(({ Resource }) => Resource)).toEqual(resources);
  });

  test('is nothing where the encryption is known at deploy time only', () => {
    const stack = stackIn();
    const repository = new ecr.CfnRepository(stack, 'Repository', { encryptionConfiguration: Lazy.any({ produce: () => ({ encryptionType: 'KMS' }) }) });
    versionOf(stack, BaseImage.fromEcrRepository(repository, '1'));
    expect(decrypts(stack)).toEqual([]);
  });
});

describe('the permission to pull', () => {
  test('is there before the version', () => {
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
    expect(pullStatementsIn(stack)).toHaveLength(1);
  });

  test('of a version in another stack stands there', () => {
    const app = new App();
    const [images, versions] = ['Images', 'Versions'].map((id) => new Stack(app, id, { env: HERE }));
    const image = new Image(images, 'Torch');
    new ImageVersion(versions, 'V', { image, baseImage: BaseImage.fromUri(ecrUri('1')) });
    expect(pullStatementsIn(versions)).toHaveLength(1);
    expect(pullStatementsIn(images)).toEqual([]);
  });

  test.each<[string, string, iam.FromRoleArnOptions]>([
    ['may not be changed', HERE.account, { mutable: false }],
    ['belongs to another account', OTHER_ACCOUNT.account, {}],
  ])('cannot be given to a role that %s, which gets a warning', (_, account, options) => {
    const stack = stackIn();
    const role = iam.Role.fromRoleArn(stack, 'Role', `arn:aws:iam::${account}:role/torch`, options);
    expect(warningIdsOf(versionOf(stack, BaseImage.fromUri(ecrUri('1')), role))).toEqual(['cdk-sagemaker-images:baseImagePullNotGranted']);
    Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 0);
  });

  test('is given by a repository of the app in another account, too', () => {
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

  test.each<[string, (stack: Stack) => BaseImage]>([
    ['an import', (stack) => BaseImage.fromEcrRepository(
      ecr.Repository.fromRepositoryArn(stack, 'Repository', `arn:aws:ecr:${HERE.region}:${OTHER_ACCOUNT.account}:repository/torch`), '1')],
    ['a URI', () => BaseImage.fromUri(`${OTHER_ACCOUNT.account}.dkr.ecr.${HERE.region}.amazonaws.com/torch:1`)],
  ])('in another account that this app does not own has to be given by its owner: %s', (_, baseImageIn) => {
    const stack = stackIn();
    const version = versionOf(stack, baseImageIn(stack));
    expect(warningsOf(stack).filter(({ path }) => path === version.node.path)).toEqual([{
      path: version.node.path,
      id: 'cdk-sagemaker-images:baseImagePullNotGranted',
      text: expect.stringContaining(`account ${OTHER_ACCOUNT.account}, which owns the repository, must allow account ${HERE.account}`),
    }]);
  });

  test('is the same partition-independent ARN in a stack that does not know its account', () => {
    const stack = new Stack(new App(), 'Stack');
    versionOf(stack, BaseImage.fromUri(ecrUri('1')));
    expect(pullStatementsIn(stack).map(({ Resource }) => Resource)).toEqual([
      { 'Fn::Join': ['', ['arn:', stack.resolve(Aws.PARTITION), `:ecr:${HERE.region}:${HERE.account}:repository/torch`]] },
    ]);
  });
});

/** A base image of whose repository nothing is known, as another library may have one. */
class UnknownRepository extends BaseImage {
  public bind(scope: Construct): BaseImageConfig {
    return { imageUri: new CfnParameter(scope, 'Uri').valueAsString };
  }
}

// The CDK refuses a policy without statements as soon as the role gets another one.
describe('a role that is allowed to pull in the app, since the repository is not known to the version,', () => {
  const statement = new iam.PolicyStatement({ actions: PULL, resources: ['*'] });
  const ALLOW: Record<string, (stack: Stack, role: iam.IRole) => void> = {
    'a statement': (_, role) => role.addToPrincipalPolicy(statement),
    'an inline policy': (stack, role) => role.attachInlinePolicy(new iam.Policy(stack, 'Policy', { statements: [statement] })),
    'a grant of the repository': (stack, role) => new ecr.Repository(stack, 'Repository').grantPull(role),
    'a version of which the repository is known': (stack, role) => {
      new Image(stack, 'Other', { role }).addVersion('V1', { baseImage: BaseImage.fromUri(ecrUri('1')) });
    },
  };
  const ROLES: Record<string, (stack: Stack) => iam.IRole | undefined> = {
    'its own': () => undefined,
    'one of the app': (stack) => new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') }),
    'an imported one': (stack) => iam.Role.fromRoleName(stack, 'Role', 'torch'),
  };

  describe.each(Object.entries(ROLES))('which is %s,', (_, roleIn) => {
    test.each(Object.entries(ALLOW))('has that policy only: %s', (__, allow) => {
      const stack = stackIn();
      const version = versionOf(stack, new UnknownRepository(), roleIn(stack));
      allow(stack, (version.image as Image).role);
      Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 1);
      expect(pullStatementsIn(stack)).toHaveLength(1);
    });
  });

  test('may be allowed first', () => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch');
    image.role.addToPrincipalPolicy(statement);
    image.addVersion('V1', { baseImage: new UnknownRepository() });
    Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 1);
  });

  test('is waited for', () => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch');
    const version = image.addVersion('V1', { baseImage: new UnknownRepository() });
    image.role.addToPrincipalPolicy(statement);
    expectOrder(stack.node.root as App, [image.role.node.findChild('DefaultPolicy'), version]);
  });

  // Another version may come first, or last: the policy has one id.
  test.each([[[true, false]], [[false, true]]])('gets a policy of the library with the first version of a known repository: %p', (known) => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch');
    known.forEach((isKnown, index) =>
      image.addVersion(`V${index}`, { baseImage: isKnown ? BaseImage.fromUri(ecrUri('1')) : new UnknownRepository() }));
    image.role.addToPrincipalPolicy(statement);
    const policies = Template.fromStack(stack).findResources('AWS::IAM::Policy');
    expect(Object.keys(policies)).toEqual([expect.stringMatching(/^TorchRoleDefaultPolicy/), expect.stringMatching(/^TorchPullPolicy/)].sort());
  });

  test('may be the execution role of Studio too', () => {
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
