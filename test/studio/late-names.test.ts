import { App, Aspects, aws_iam as iam, aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AppImageConfig, AppImageConfigGrants, Image, StudioAttachment, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { baseImage, errorOf, HERE, stackIn, TROUBLESHOOTING } from '../helpers/fixtures';
import { APPS, domainIn } from '../helpers/studio';

type Named = sagemaker.CfnImage | sagemaker.CfnImageVersion | sagemaker.CfnAppImageConfig;

/** The property with the name of an L1. */
function nameOf(resource: Named): 'ImageName' | 'AppImageConfigName' {
  return sagemaker.CfnAppImageConfig.isCfnAppImageConfig(resource) ? 'AppImageConfigName' : 'ImageName';
}

function prefix(resource: Named): void {
  if (sagemaker.CfnAppImageConfig.isCfnAppImageConfig(resource)) {
    resource.appImageConfigName = `corp-${resource.appImageConfigName}`;
  } else {
    resource.imageName = `corp-${resource.imageName}`;
  }
}

function isNamed(node: unknown): node is Named {
  const { CfnImage, CfnImageVersion, CfnAppImageConfig } = sagemaker;
  return CfnImage.isCfnImage(node) || CfnImageVersion.isCfnImageVersion(node) || CfnAppImageConfig.isCfnAppImageConfig(node);
}

const CHANGES: [string, (resource: Named) => void][] = [
  ['an override', (resource) => resource.addPropertyOverride(nameOf(resource), 'other')],
  ['a property of the L1', prefix],
  ...[0, 200, 500, 900, 1000].map((priority): [string, (resource: Named) => void] => [
    `an aspect with the priority ${priority}`,
    (resource) => Aspects.of(resource.stack.node.root).add({ visit: (node) => node === resource && prefix(resource) }, { priority }),
  ]),
];

const TARGETS: [string, (stack: Stack) => StudioTarget][] = [
  ['an owned target', (stack) => StudioTarget.domain(domainIn(stack))],
  ['an owned target in another stack', (stack) => StudioTarget.domain(domainIn(new Stack(stack.node.root, 'Studio', { env: HERE })))],
  ['an existing target', () => StudioTarget.existingDomain('d-1')],
];

const LATE = 'was changed after its creation, but grants and attachments use the former name: ';
const SEE = `. See ${TROUBLESHOOTING}#a-name-was-changed-too-late`;

// The deployment would otherwise fail with "No Image with the name … found", after a part of it.
describe.each(CHANGES)('a name that is changed by %s', (_, change) => {
  describe.each(TARGETS)('is an error if it is attached to %s', (__, targetIn) => {
    /** Attaches a version with a configuration, changes the name of an L1 among them, and returns the error. */
    const errorFor = (resourceOf: (parts: Record<'image' | 'version' | 'config', Named>) => Named) => {
      const stack = stackIn();
      const image = new sagemaker.CfnImage(stack, 'Image', { imageName: 'torch', imageRoleArn: 'arn:aws:iam::111111111111:role/r' });
      const version = new sagemaker.CfnImageVersion(stack, 'Version', { imageName: 'torch', baseImage: 'uri' });
      const config = new sagemaker.CfnAppImageConfig(stack, 'Config', { appImageConfigName: 'lab', jupyterLabAppImageConfig: {} });
      new StudioAttachment(stack, 'Attachment', { imageVersion: version, appImageConfig: config, target: targetIn(stack) });
      change(resourceOf({ image, version, config }));
      return errorOf(() => Template.fromStack(stack));
    };

    test('and is that of a CfnAppImageConfig', () => {
      expect(errorFor(({ config }) => config)).toBe('Validation failed with the following errors:\n'
        + `  [Stack/Config] AppImageConfigName of Stack/Config ${LATE}set appImageConfigName before the configuration is used${SEE}`);
    });

    test('and is that of a CfnImageVersion', () => {
      expect(errorFor(({ version }) => version)).toBe('Validation failed with the following errors:\n'
        + `  [Stack/Version] ImageName of Stack/Version ${LATE}set imageName before the version is used${SEE}`);
    });

    test.each([
      ['AWS::SageMaker::Image', `[Stack/I/Image] ImageName of Stack/I/Image/Resource ${LATE}pass imageName instead${SEE}`],
      ['AWS::SageMaker::ImageVersion', `[Stack/I/Image/Version] ImageName of Stack/I/Image/Version/Resource ${LATE}pass the image with that name instead${SEE}`],
      ['AWS::SageMaker::AppImageConfig', `/JupyterLab/Resource ${LATE}pass appImageConfigName instead${SEE}`],
    ])('and is that of the %s of a StudioImage', (type, problem) => {
      const stack = stackIn();
      new StudioImage(stack, 'I', { baseImage: baseImage('1'), app: APPS.JupyterLab, attachTo: [targetIn(stack)] });
      stack.node.root.node.findAll().filter(isNamed).filter(({ cfnResourceType }) => cfnResourceType === type).forEach(change);
      const [first, ...problems] = errorOf(() => Template.fromStack(stack))!.split('\n');
      expect(first).toBe('Validation failed with the following errors:');
      problems.forEach((one) => expect(one).toContain(problem));
      expect(problems).not.toEqual([]);
    });
  });

  test('is an error if it is that of a CfnAppImageConfig with a grant', () => {
    const stack = stackIn();
    const config = new sagemaker.CfnAppImageConfig(stack, 'Config', { appImageConfigName: 'lab' });
    AppImageConfigGrants.fromAppImageConfig(config).read(new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() }));
    change(config);
    expect(errorOf(() => Template.fromStack(stack))).toContain(`[Stack/Config] AppImageConfigName of Stack/Config ${LATE}`);
  });
});

test('an aspect with a prefix for all names is one error for each of them', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env: HERE });
  const image = new Image(stack, 'Image');
  image.addVersion('V', { baseImage: baseImage('1') });
  new AppImageConfig(stack, 'Config', { app: APPS.JupyterLab });
  Aspects.of(app).add({ visit: (node) => isNamed(node) && prefix(node) });
  expect(errorOf(() => app.synth())?.split('\n').slice(1)).toEqual([
    `  [Stack/Image] ImageName of Stack/Image/Resource ${LATE}pass imageName instead${SEE}`,
    `  [Stack/Image/V] ImageName of Stack/Image/V/Resource ${LATE}pass the image with that name instead${SEE}`,
    `  [Stack/Config] AppImageConfigName of Stack/Config/Resource ${LATE}pass appImageConfigName instead${SEE}`,
  ]);
});
