import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { namedRole } from './settings-roles';
import { readable } from '../../private/intrinsics';
import { once, stageOf } from '../../private/once';
import type { RoleStatement } from '../../private/policy-size';
import { StageCheck, StagePass } from '../../private/stage-pass';
import { warn } from '../../private/warnings';

/** The maximum number of resources in a warning. Of all others, only the number is printed. */
const NAMED = 5;

/** The missing permissions of one role, for all images that are attached to one target. */
interface MissingUse {
  /** The first attachment, which the warning is added to. */
  readonly attachment: Construct;
  /** The owners of the role: one, unless the role is known to be that of several targets. */
  readonly whose: Set<string>;
  readonly remedy: string;
  readonly resources: Map<string, Set<string>>;
}

/** Adds one warning for each role about the permissions that the app cannot grant. */
export function warnOfMissingUse(attachment: Construct, whose: string, remedy: string, statements: RoleStatement[], role?: iam.IRole): void {
  if (statements.length === 0) {
    return;
  }
  StagePass.add(attachment, warnOfAll);
  const ofStage = missingIn(stageOf(attachment));
  const key = JSON.stringify([Stack.of(attachment).node.addr, role ? namedRole(role).key : whose, remedy]);
  const missing = ofStage.get(key) ?? { attachment, whose: new Set(), remedy, resources: new Map() };
  ofStage.set(key, missing);
  missing.whose.add(whose);
  for (const { actions, resource } of statements) {
    const name = actions.join(' and ');
    missing.resources.set(name, (missing.resources.get(name) ?? new Set()).add(readable(attachment, resource)));
  }
}

function missingIn(stage: IConstruct): Map<string, MissingUse> {
  return once(stage, warnOfAll, () => new Map<string, MissingUse>());
}

const warnOfAll: StageCheck = (pass) => missingIn(pass.stage).forEach(({ attachment, whose, remedy, resources }) => {
  const needs = [...resources].map(([actions, names]) => `${actions} on ${listed([...names])}`);
  warn(attachment, 'studioExecutionRole',
    `the execution role of ${[...whose].join(' and of ')} may not be able to use the attached images, and the attachment or the start of an app would then fail: `
    + `${remedy} ${needs.join(', ')}`);
});

function listed(names: string[]): string {
  const rest = names.length - NAMED;
  return rest > 0 ? `${names.slice(0, NAMED).join(', ')} and ${rest} more` : names.join(', ');
}
