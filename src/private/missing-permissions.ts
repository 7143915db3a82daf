import type { IConstruct } from 'constructs';
import { groupBy } from './collections';
import { readable } from './intrinsics';

/** The maximum number of resources in a message. Of all others, only the number is printed. */
const NAMED = 5;

/** Permissions that the app cannot grant, for a message. */
export class MissingPermissions {
  private readonly actions = new Map<string, Set<string>>();

  public add(scope: IConstruct, actions: string[], arns: string[]): void {
    for (const arn of arns.map((one) => readable(scope, one))) {
      this.actions.set(arn, new Set([...this.actions.get(arn) ?? [], ...actions]));
    }
  }

  public toString(): string {
    const groups = groupBy([...this.actions], ([, actions]) => [...actions].join(' and '));
    return [...groups].map(([actions, resources]) => `${actions} on ${listed(resources.map(([arn]) => arn))}`).join(', ');
  }
}

function listed(names: string[]): string {
  const rest = names.length - NAMED;
  return rest > 0 ? `${names.slice(0, NAMED).join(', ')} and ${rest} more` : names.join(', ');
}
