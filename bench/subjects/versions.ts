/** Plain values that both sides use to render the same template. */

/** The size of an app. */
export interface Size {
  readonly versions: number;
  readonly stacks: number;
  /** The number of images in each stack. A single image has its own role, and several images share one. */
  readonly images: number;
}

/** The dependencies that the library may render for versions. The check at the start determines which of them it does. */
export type DependsOnForm = 'every version waits for image and policy' | 'only the first version waits for image and policy';

export const ENVIRONMENT = { account: '111122223333', region: 'eu-west-1' };

/** The description of the role that several images share. */
export const SHARED_ROLE = 'Pulls the container images of all SageMaker images of this stack';

/** The context that the CDK CLI passes to every app. */
export const CLI_CONTEXT = {
  'aws:cdk:enable-path-metadata': true,
  'aws:cdk:enable-asset-metadata': true,
  'aws:cdk:version-reporting': true,
};

/** Returns an image name that is unique among the stacks. */
export function imageNameIn(stackId: string, image: number): string {
  return `torch-${stackId.toLowerCase()}-${image}`;
}

export function tagOf(index: number): string {
  return `2.4.${index}-gpu`;
}
