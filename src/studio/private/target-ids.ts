import { Aws } from 'aws-cdk-lib';
import { renderIntrinsics } from '../../private/intrinsics';
import { quote, type Problems } from '../../private/problems';

const NAME = {
  pattern: /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/,
  missing: 'give its name in SageMaker',
  remedy: 'is not a valid name: use 1 to 63 letters and digits, with hyphens between them',
};

/** The properties that identify a target, and what they must be. */
const IDS = {
  domainId: {
    pattern: /^d-(-*[a-z0-9]){1,61}$/,
    missing: "give the id of a domain, for example 'd-abc123'",
    remedy: "is not a valid domain id: give 'd-' and lower-case letters or digits, at most 63 characters in all",
  },
  userProfileName: NAME,
  spaceName: NAME,
};

/** The ids of domains of Amazon DataZone, of which Unified Studio is made. */
const DATAZONE_ID = /^dzd[-_]/;

export type TargetId = keyof typeof IDS;
export const TARGET_IDS = Object.keys(IDS) as TargetId[];

/** Checks an id, of which a part may be unknown. A wildcard would extend the permission to update the target to others. */
export function checkId(problems: Problems, name: TargetId, id: string | undefined): void {
  const { pattern, missing, remedy } = IDS[name];
  if (!problems.required(name, id, missing)) {
    return;
  }
  if (name === 'domainId' && typeof id === 'string' && DATAZONE_ID.test(id)) {
    problems.add(`domainId ${quote(id)} is the id of a domain of SageMaker Unified Studio (Amazon DataZone): give the id of the SageMaker AI domain `
      + "of the project, 'd-…', whose name in the SageMaker AI console contains the id of the project");
  } else {
    problems.pattern(name, id, pattern, remedy);
  }
}

/** Converts a resolved value to a string, with a token for each part that is known at deploy time only. */
export function withTokens(value: unknown): string {
  const textOf = (name: string, argument: any): string =>
    [Aws.NO_VALUE, ...name === 'Fn::If' ? argument.slice(1).map(withTokens) : []].join('');
  return renderIntrinsics(value, textOf);
}
