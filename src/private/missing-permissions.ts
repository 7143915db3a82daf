import type { IConstruct } from 'constructs';
import { groupBy } from './collections';
import { readable } from './intrinsics';
import { once, stageOf } from './once';
import { StageCheck, StagePass } from './stage-pass';
import { warn } from './warnings';

/** The maximum number of resources in a message. Of all others, only the number is printed. */
const NAMED = 5;

/** Permissions that the app cannot grant. */
export interface MissingPermissions {
  /** The id of the warning. */
  readonly id: string;
  /** A value that is the same for all permissions that one warning lists. */
  readonly key: unknown[];
  /** The construct that needs them. The first one gets the warning. */
  readonly construct: IConstruct;
  /** Who needs them: one, unless several targets are known to have the same role. */
  readonly whose: string;
  readonly statements: { readonly actions: string[]; readonly resources: string[] }[];
  /** Formats the message. The first one is used. */
  readonly message: (whose: string, permissions: string) => string;
}

/** Adds one warning for each id and key of a stage. ARNs may contain lazy values, so it is formatted at the end. */
export function warnOfMissingPermissions(missing: MissingPermissions): void {
  StagePass.add(missing.construct, warnOfAll);
  const all = missingIn(stageOf(missing.construct));
  const key = JSON.stringify([missing.id, missing.key]);
  const group = all.get(key) ?? [];
  group.push(missing);
  all.set(key, group);
}

function missingIn(stage: IConstruct): Map<string, MissingPermissions[]> {
  return once(stage, warnOfAll, () => new Map<string, MissingPermissions[]>());
}

const warnOfAll: StageCheck = ({ stage }) => missingIn(stage).forEach((group) => {
  const [{ construct, id, message }] = group;
  const owners = [...new Set(group.map(({ whose }) => whose))].join(' and of ');
  warn(construct, id, message(owners, permissionsIn(group)));
});

function permissionsIn(group: MissingPermissions[]): string {
  const actionsOn = new Map<string, Set<string>>();
  for (const { construct, statements } of group) {
    for (const { actions, resources } of statements) {
      resources.map((arn) => readable(construct, arn)).forEach((arn) => actionsOn.set(arn, new Set([...actionsOn.get(arn) ?? [], ...actions])));
    }
  }
  return [...groupBy([...actionsOn], ([, actions]) => [...actions].join(' and '))]
    .map(([actions, resources]) => `${actions} on ${listed(resources.map(([arn]) => arn))}`).join(', ');
}

function listed(names: string[]): string {
  const rest = names.length - NAMED;
  return rest > 0 ? `${names.slice(0, NAMED).join(', ')} and ${rest} more` : names.join(', ');
}
