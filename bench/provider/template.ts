import { App, Stack } from 'aws-cdk-lib';
import { BaseImage, StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { HAND_WRITTEN } from './hand-written';

type Resources = Record<string, unknown>;

/** The resources of a stack with so many images attached to one existing domain. */
function resources(images: number, attached: boolean): Resources {
  const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false } as any);
  const stack = new Stack(app, 'Notebooks', { env: { account: '111111111111', region: 'eu-west-1' } });
  for (let i = 0; i < images; i++) {
    new StudioImage(stack, ['Torch', 'Jax', 'Keras'][i], {
      baseImage: BaseImage.fromUri('111111111111.dkr.ecr.eu-west-1.amazonaws.com/torch:1'),
      app: StudioApp.jupyterLab(),
      attachTo: attached ? [StudioTarget.existingDomain('d-abc123')] : [],
    });
  }
  return app.synth().getStackByName('Notebooks').template.Resources;
}

const count = (images: number) => Object.keys(resources(images, true)).length - Object.keys(resources(images, false)).length;
// As the CDK writes templates.
const bytes = (value: Resources) => Buffer.byteLength(JSON.stringify(value, null, 1));

/** What attachments cost in a template. */
export function templateCosts(): { first: number; further: number; bytes: number; handWritten: number } {
  return { first: count(1), further: count(2) - count(1), bytes: bytes(resources(1, true)), handWritten: bytes(HAND_WRITTEN) };
}
