import { App, Aws, aws_ecr as ecr, aws_iam as iam, aws_kms as kms, Lazy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { BaseImage, Image, ImageVersion } from 'cdk-sagemaker-images';
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

  test('cannot be given to a role that may not be changed, which gets a warning', () => {
    const stack = stackIn();
    const role = iam.Role.fromRoleArn(stack, 'Role', `arn:aws:iam::${HERE.account}:role/torch`, { mutable: false });
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
