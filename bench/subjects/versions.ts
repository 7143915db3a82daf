/** What both sides build, as plain values: the same template has to come of it. */

/** How much is built. */
export interface Size {
  readonly versions: number;
  readonly stacks: number;
  /** In each stack. One has a role of its own; several share one role. */
  readonly images: number;
}

/** Versions are made in one of these forms; the check at the start finds out which one the library renders. */
export type DependsOnForm = 'every version waits for image and policy' | 'only the first version waits for image and policy';

export const ENVIRONMENT = { account: '111122223333', region: 'eu-west-1' };

/** Description of the role that several images share. */
export const SHARED_ROLE = 'Pulls the container images of all SageMaker images of this stack';

/** What the CDK CLI passes to every app. */
export const CLI_CONTEXT = {
  'aws:cdk:enable-path-metadata': true,
  'aws:cdk:enable-asset-metadata': true,
  'aws:cdk:version-reporting': true,
};

/** Each stack has images of its own. */
export function imageNameIn(stackId: string, image: number): string {
  return `torch-${stackId.toLowerCase()}-${image}`;
}

export function tagOf(index: number): string {
  return `2.4.${index}-gpu`;
}
