import { aws_ecr as ecr, aws_ecr_assets as assets, aws_iam as iam, aws_sagemaker as sagemaker, CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import { BaseImage, Image, ImageVersion, MlFramework, ProgrammingLang } from 'cdk-sagemaker-images';
import * as fc from 'fast-check';
import { baseImage, DIGEST, ecrUri, errorOf, HERE, OTHER_ACCOUNT, stackIn, warningsOf } from '../helpers/fixtures';
import { runs } from '../helpers/property';

const PULL = 'ecr:BatchGetImage and ecr:GetDownloadUrlForLayer';
const URI = ecrUri('1');
const problemOf = (options: object) => errorOf(() => new Image(stackIn(), 'Torch').addVersion('V', { baseImage: baseImage('1'), ...options }))
  ?.replace('Stack/Torch/V: 1 problem\n  ', '');

describe('the error of a framework', () => {
  test.each([
    ['scikit-learn 1.5', "has '-' in its name, but SageMaker allows letters only: write it as MlFramework.scikitLearn('1.5')"],
    ['scikit_learn1.5', "has '_' in its name, but SageMaker allows letters only: write it as MlFramework.scikitLearn('1.5')"],
    ['Hugging Face 4.44', "has a space in its name, but SageMaker allows letters only: write it as MlFramework.of('HuggingFace 4.44')"],
    ['H2O 3.46', "has '2' in its name, but SageMaker allows letters only: write it for example as MlFramework.of('HO 3.46')"],
    ['C++ 17', "has '+' in its name, but SageMaker allows letters only, and has the version '17' without a minor number: write it as MlFramework.of('CPlusPlus 17.0')"],
    ['F# 8.0', "has '#' in its name, but SageMaker allows letters only: write it as MlFramework.of('FSharp 8.0')"],
    ['C++', "has '+' in its name, but SageMaker allows letters only, and has no version: add it, for example as MlFramework.of('CPlusPlus 1.0')"],
    ['H2O latest', "has '2' in its name, but SageMaker allows letters only, and has the version 'latest' instead of two or three numbers: write it for example as MlFramework.of('HO 1.0')"],
    ['XGBoost-1', "has '-' in its name, but SageMaker allows letters only, and has the version '1' without a minor number: write it as MlFramework.xgboost('1.0')"],
    ['Tensorflow', "has no version: add it, for example as MlFramework.tensorflow('1.0')"],
    ['Foo', "has no version: add it, for example as MlFramework.of('Foo 1.0')"],
    ['PyTorch 2', "has the version '2' without a minor number: write it as MlFramework.pytorch('2.0')"],
    ['PyTorch v2.4', "has the version 'v2.4' instead of two or three numbers: write it as MlFramework.pytorch('2.4')"],
    ['PyTorch 2.4.1+cu121', "has the version '2.4.1+cu121' instead of two or three numbers: write it as MlFramework.pytorch('2.4.1')"],
    ['PyTorch 2.4.1.0', "has the version '2.4.1.0' instead of two or three numbers: write it as MlFramework.pytorch('2.4.1')"],
    ['PyTorch latest', "has the version 'latest' instead of two or three numbers: write it for example as MlFramework.pytorch('1.0')"],
    ['PyTorch  2.4', "has an extra space: write it as MlFramework.pytorch('2.4')"],
    ['PyTorch  12.40.11', "has an extra space: write it as MlFramework.pytorch('12.40.11')"],
    [' PyTorch 2.4', "has an extra space: write it as MlFramework.pytorch('2.4')"],
    ['PyTorch2.4 ', "has an extra space: write it as MlFramework.pytorch('2.4')"],
    ['PyTorch latest ', "has the version 'latest' instead of two or three numbers: write it for example as MlFramework.pytorch('1.0')"],
    ['PyTorch latest build', "has a space in its name, but SageMaker allows letters only, and has no version: add it, for example as MlFramework.of('PyTorchlatestbuild 1.0')"],
    ['H2O  latest', "has '2' in its name, but SageMaker allows letters only, and has the version 'latest' instead of two or three numbers: write it for example as MlFramework.of('HO 1.0')"],
    ['2.4', "has no name: write it for example as MlFramework.pytorch('2.4')"],
    ['-', "has no name, and has no version: add it, for example as MlFramework.pytorch('2.4')"],
  ])('answers %s', (value, answer) => {
    expect(problemOf({ mlFramework: MlFramework.of(value) })).toBe(`mlFramework '${value}' ${answer}`);
  });

  test('names a method of its class for a language', () => {
    expect(problemOf({ programmingLang: ProgrammingLang.of('Python') })).toBe(
      "programmingLang 'Python' has no version: add it, for example as ProgrammingLang.python('1.0')");
    expect(problemOf({ programmingLang: ProgrammingLang.julia('1') })).toBe(
      "programmingLang 'Julia 1' has the version '1' without a minor number: write it as ProgrammingLang.julia('1.0')");
    expect(problemOf({ programmingLang: 'Python 3.11' })).toBe(
      "programmingLang must be a ProgrammingLang, for example ProgrammingLang.python('3.11'), got 'Python 3.11'");
  });

  test('suggests a value that is valid', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'aZ 01.-v+'), minLength: 1, maxLength: 12 }), (value) => {
      const call = /MlFramework\.(\w+)\('([^']*)'\)$/.exec(problemOf({ mlFramework: MlFramework.of(value) }) ?? "MlFramework.of('ok 1.0')")!;
      return /^[a-zA-Z]+ ?\d+\.\d+(\.\d+)?$/.test(((MlFramework as any)[call[1]](call[2]) as MlFramework).name);
    }), runs(300));
  });
});

describe('the error of a base image', () => {
  test.each<[string, (stack: Stack) => unknown, string]>([
    ['a URI', () => URI, `BaseImage.fromUri('${URI}') or BaseImage.fromEcrRepository(repository, tag), got '${URI}'`],
    ['a directory', () => 'docker/torch', "BaseImage.fromAsset('docker/torch'), got 'docker/torch'"],
    ['a repository', (stack) => new ecr.Repository(stack, 'R'), 'BaseImage.fromEcrRepository(repository, tag), got '],
    ['an asset', (stack) => new assets.DockerImageAsset(stack, 'A', { directory: __dirname, file: 'messages.test.ts' }), 'BaseImage.fromDockerImageAsset(asset), got '],
  ])('names the method for what was given: %s', (_, given, answer) => {
    const stack = stackIn();
    expect(errorOf(() => new Image(stack, 'Torch').addVersion('V', { baseImage: given(stack) as any })))
      .toContain(`Stack/Torch/V: 1 problem\n  baseImage must be a BaseImage, for example ${answer}`);
  });

  test.each([URI, `${HERE.account}.dkr.ecr.eusc-de-east-1.amazonaws.eu/torch@${DIGEST}`])('names the method for a URI given as a directory: %s', (uri) => {
    const shown = uri.length > 80 ? `${uri.slice(0, 77)}...` : uri;
    expect(problemOf({ baseImage: BaseImage.fromAsset(uri) })).toBe(
      `the directory of baseImage '${shown}' is the URI of a container image: use BaseImage.fromUri('${shown}') or BaseImage.fromEcrRepository(repository, tag)`);
  });
});

describe('the warning of a pull that is not granted', () => {
  const START = 'SageMaker may not be able to pull the base image, and the version would then fail without a reason: ';
  const ON_TORCH = `${PULL} on arn:\${AWS::Partition}:ecr:eu-west-1:111111111111:repository/torch`;
  const roleIn = (stack: Stack) => new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
  const IMPORT = 'import the image with its role by Image.fromImageAttributes(scope, id, { imageName, role })';
  const REPOSITORY = 'specify the repository, for example with BaseImage.fromUri(uri, { repository })';

  test.each<[string, (stack: Stack) => sagemaker.IImageRef, (stack: Stack) => BaseImage, string]>([
    ['an import without a role', (stack) => Image.fromImageName(stack, 'Torch', 'torch'), () => baseImage('1'), `${IMPORT}, or grant the role of the image ${ON_TORCH}`],
    ['an L1', (stack) => new sagemaker.CfnImage(stack, 'Torch', { imageName: 'torch', imageRoleArn: 'arn:aws:iam::111111111111:role/r' }), () => baseImage('1'),
      `grant the role of the image ${ON_TORCH}`],
    ['a role that takes no policies', (stack) => new Image(stack, 'Torch', { role: roleIn(stack).withoutPolicyUpdates() }), () => baseImage('1'), `grant role Stack/Role ${ON_TORCH}`],
    ['a URI that is a token', (stack) => new Image(stack, 'Torch', { role: roleIn(stack) }), () => BaseImage.fromUri(Fn.importValue('Uri')),
      `${REPOSITORY}, or grant role Stack/Role ${PULL} on the repository of the base image`],
    ['such a URI, and an import without a role', (stack) => Image.fromImageName(stack, 'Torch', 'torch'), () => BaseImage.fromUri(Fn.importValue('Uri')),
      `${IMPORT} and ${REPOSITORY}, or grant the role of the image ${PULL} on the repository of the base image`],
    ['a repository with a key', (stack) => Image.fromImageName(stack, 'Torch', 'torch'), (stack) => BaseImage.fromEcrRepository(new ecr.CfnRepository(stack, 'R', {
      repositoryName: 'torch', encryptionConfiguration: { encryptionType: 'KMS', kmsKey: new CfnParameter(stack, 'Key').valueAsString },
    }), '1'), `${IMPORT}, or grant the role of the image ${PULL} on \${R.Arn}, kms:Decrypt on \${Key}`],
  ])('says what to pass and what to grant: %s', (_, imageIn, baseImageIn, remedy) => {
    const stack = stackIn();
    new ImageVersion(stack, 'V', { image: imageIn(stack), baseImage: baseImageIn(stack) });
    expect(warningsOf(stack)).toEqual([{ path: 'Stack/V', id: 'cdk-sagemaker-images:baseImagePullNotGranted', text: START + remedy }]);
  });

  test('is one for all versions of a role, or of an image without a known role', () => {
    const stack = stackIn();
    const role = roleIn(stack).withoutPolicyUpdates();
    const images = ['a', 'b'].map((imageName) => new Image(stack, imageName, { imageName, role }));
    images.push(Image.fromImageName(stack, 'c', 'c') as Image);
    images.forEach((image) => ['1', '2'].forEach((tag) => image.addVersion(tag, { baseImage: baseImage(tag) })));
    expect(warningsOf(stack).map(({ path, text }) => [path, text])).toEqual([
      ['Stack/a/1', `${START}grant role Stack/Role ${ON_TORCH}`],
      ['Stack/c/1', `${START}${IMPORT}, or grant the role of the image ${ON_TORCH}`],
    ]);
  });

  test('of a repository in another account is one for each of its owner and the role', () => {
    const stack = stackIn();
    const uri = `${OTHER_ACCOUNT.account}.dkr.ecr.${HERE.region}.amazonaws.com/torch:1`;
    Image.fromImageName(stack, 'Torch', 'torch').addVersion('V', { baseImage: BaseImage.fromUri(uri) });
    expect(warningsOf(stack).map(({ text }) => text)).toEqual([
      `${START}${IMPORT}, or grant the role of the image ${PULL} on arn:\${AWS::Partition}:ecr:eu-west-1:222222222222:repository/torch`,
      `${START}account 222222222222, which owns the repository, must grant account 111111111111 ${PULL} on torch in the policy of the repository`,
    ]);
  });
});
