import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { namedRole } from './settings-roles';
import { MissingPermissions } from '../../private/missing-permissions';
import { once, stageOf } from '../../private/once';
import type { RoleStatement } from '../../private/policy-size';
import { StageCheck, StagePass } from '../../private/stage-pass';
import { warn } from '../../private/warnings';

/** The missing permissions of one role, for all images that are attached to one target. */
interface MissingUse {
  /** The first attachment, which the warning is added to. */
  readonly attachment: Construct;
  /** The owners of the role: one, unless the role is known to be that of several targets. */
  readonly whose: Set<string>;
  readonly remedy: string;
  readonly permissions: MissingPermissions;
}

/** Adds one warning for each role about the permissions that the app cannot grant. */
export function warnOfMissingUse(attachment: Construct, whose: string, remedy: string, statements: RoleStatement[], role?: iam.IRole): void {
  if (statements.length === 0) {
    return;
  }
  StagePass.add(attachment, warnOfAll);
  const ofStage = missingIn(stageOf(attachment));
  const key = JSON.stringify([Stack.of(attachment).node.addr, role ? namedRole(role).key : whose, remedy]);
  const missing = ofStage.get(key) ?? { attachment, whose: new Set(), remedy, permissions: new MissingPermissions() };
  ofStage.set(key, missing);
  missing.whose.add(whose);
  statements.forEach(({ actions, resource }) => missing.permissions.add(attachment, actions, [resource]));
}

function missingIn(stage: IConstruct): Map<string, MissingUse> {
  return once(stage, warnOfAll, () => new Map<string, MissingUse>());
}

const warnOfAll: StageCheck = (pass) => missingIn(pass.stage).forEach(({ attachment, whose, remedy, permissions }) => {
  warn(attachment, 'studioExecutionRole',
    `the execution role of ${[...whose].join(' and of ')} may not be able to use the attached images, and the attachment or the start of an app would then fail: `
    + `${remedy} ${permissions}`);
});
