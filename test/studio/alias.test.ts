import { CfnResource, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ImageAlias, ImageVersion, StudioApp, StudioAttachment, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { baseImage, stackIn, warningsOf } from '../helpers/fixtures';

/** Offers the version with an alias in an existing domain, as all apps of a StudioImage, which itself is attached to nothing. */
function released(stack: Stack): ImageAlias {
  const torch = new StudioImage(stack, 'Torch', { imageName: 'torch', baseImage: baseImage('1'), app: StudioApp.jupyterLab(), additionalApps: [StudioApp.codeEditor()] });
  const approved = ImageVersion.fromImageVersionAttributes(stack, 'Approved', { image: torch.image, version: 3 });
  const prod = new ImageAlias(stack, 'Prod', { image: torch.image, alias: 'prod', version: approved });
  torch.appImageConfigs.forEach((appImageConfig, index) =>
    new StudioAttachment(stack, `Prod${index}`, { imageVersion: prod, appImageConfig, target: StudioTarget.existingDomain('d-1') }));
  return prod;
}

test('a target can follow an alias of a StudioImage instead of its newest version', () => {
  const stack = stackIn();
  const prod = released(stack);
  const resource = prod.node.findChild('Resource').node.defaultChild as CfnResource;
  const entry = Match.objectLike({ ImageName: 'torch', ImageVersionNumber: { 'Fn::GetAtt': [stack.resolve(resource.logicalId), 'Version'] } });
  Template.fromStack(stack).hasResourceProperties('Custom::SageMakerStudioAttachments', {
    DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [entry] }, CodeEditorAppSettings: { CustomImages: [entry] } },
  });
  expect(warningsOf(stack).filter(({ id }) => !id?.includes('studioExecutionRole'))).toEqual([]);
});
