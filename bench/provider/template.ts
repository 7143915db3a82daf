import { App, aws_iam as iam, Stack } from 'aws-cdk-lib';
import { BaseImage, StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { HAND_WRITTEN } from './hand-written';

type Resources = Record<string, unknown>;

/** The resources of a stack with so many images attached to one existing domain. */
function resources(images: number, attached: boolean, withRole = false): Resources {
  const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false } as any);
  const stack = new Stack(app, 'Notebooks', { env: { account: '111111111111', region: 'eu-west-1' } });
  const executionRole = withRole ? iam.Role.fromRoleArn(stack, 'Execution', 'arn:aws:iam::111111111111:role/execution') : undefined;
  for (let i = 0; i < images; i++) {
    new StudioImage(stack, ['Torch', 'Jax', 'Keras'][i], {
      baseImage: BaseImage.fromUri('111111111111.dkr.ecr.eu-west-1.amazonaws.com/torch:1'),
      app: StudioApp.jupyterLab(),
      attachTo: attached ? [StudioTarget.existingDomain('d-abc123', { executionRole })] : [],
    });
  }
  return app.synth().getStackByName('Notebooks').template.Resources;
}

function count(images: number, withRole?: boolean): number {
  const [without, attached] = [false, true].map((attach) => Object.keys(resources(images, attach, withRole)).length);
  return attached - without;
}
// As the CDK writes templates.
const bytes = (value: Resources) => Buffer.byteLength(JSON.stringify(value, null, 1));

/** What attachments cost in a template. */
export function templateCosts() {
  return {
    first: count(1),
    firstWithRole: count(1, true),
    further: count(2) - count(1),
    bytes: bytes(resources(1, true)),
    handWritten: bytes(HAND_WRITTEN),
  };
}
