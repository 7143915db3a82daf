import { App, aws_iam as iam, Stack } from 'aws-cdk-lib';
import { BaseImage, StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { HAND_WRITTEN } from './hand-written';

type Resources = Record<string, unknown>;

/** The contents of a stack. */
interface Contents {
  readonly images: number;
  /** The ids of the existing domains that each image is attached to. */
  readonly domainIds: string[];
  /** Whether the targets have an execution role. */
  readonly withRole?: boolean;
  /** Whether container images are checked, which shares the function with attachments. */
  readonly preflight?: boolean;
}

/** The resources of a stack. */
function resources({ images, domainIds, withRole, preflight = false }: Contents): Resources {
  const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false } as any);
  const stack = new Stack(app, 'Notebooks', { env: { account: '111111111111', region: 'eu-west-1' } });
  const executionRole = withRole ? iam.Role.fromRoleArn(stack, 'Execution', 'arn:aws:iam::111111111111:role/execution') : undefined;
  for (const id of ['Torch', 'Jax', 'Keras'].slice(0, images)) {
    new StudioImage(stack, id, {
      baseImage: BaseImage.fromUri('111111111111.dkr.ecr.eu-west-1.amazonaws.com/torch:1'),
      app: StudioApp.jupyterLab(),
      preflight,
      attachTo: domainIds.map((domainId) => StudioTarget.existingDomain(domainId, { executionRole })),
    });
  }
  return app.synth().getStackByName('Notebooks').template.Resources;
}

/** The number of resources that attachments add to a stack. */
function added(contents: Contents): number {
  const [attached, without] = [contents, { ...contents, domainIds: [] }].map((one) => Object.keys(resources(one)).length);
  return attached - without;
}

// The CDK writes templates with this indentation.
const bytes = (value: Resources) => Buffer.byteLength(JSON.stringify(value, null, 1));

/** The number of resources that checks of container images add to a stack. */
function addedByPreflight(contents: Contents): number {
  const [checked, without] = [{ ...contents, preflight: true }, contents].map((one) => Object.keys(resources(one)).length);
  return checked - without;
}

/** The cost of attachments and of checks of container images in a template. */
export function templateCosts() {
  const [one, two] = [['d-abc123'], ['d-abc123', 'd-def456']];
  const preflight = addedByPreflight({ images: 1, domainIds: [] });
  const first = added({ images: 1, domainIds: one });
  return {
    first,
    firstWithRole: added({ images: 1, domainIds: one, withRole: true }),
    furtherImage: added({ images: 2, domainIds: one }) - first,
    furtherTarget: added({ images: 1, domainIds: two }) - first,
    preflight,
    preflightWithAttachment: addedByPreflight({ images: 1, domainIds: one }),
    furtherPreflight: addedByPreflight({ images: 2, domainIds: [] }) - preflight,
    bytes: bytes(resources({ images: 1, domainIds: one })),
    handWritten: bytes(HAND_WRITTEN),
  };
}
