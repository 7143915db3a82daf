import { isDefault } from './default-image';
import type { DefaultsChange } from './defaults';
import type { Change } from './images';
import { describeChange } from './messages';
import type { Attached, Entry, Target } from './model';
import { type Attachments, isSameApp, isSameEntry } from './properties';
import type { StudioSettings } from '../../kinds/studio-attachments';

/** The desired state of a target. */
export interface Goal {
  /** The operation, for messages: "attaching x to y". */
  readonly doing: string;
  readonly target: Target;
  /** The settings blocks whose execution role the function may pass, so that writes can include it. */
  readonly passRole: readonly StudioSettings[];
  /** Whether the goal is also reached if the target does not exist. */
  readonly succeedsIfMissing: boolean;
  readonly change: Change;
  /** The entries that are attached for the first time. An existing entry with another version belongs to somebody else. */
  readonly added: readonly Entry[];
  readonly defaults: DefaultsChange;
  /** What is removed, even if a feed has moved it to another version. */
  readonly removed: Attached;
  /** Whether to wait for running apps if SageMaker refuses the change. */
  readonly waitForApps: boolean;
}

/**
 * Attaches the entries of the properties, and detaches former entries that are no longer among them.
 *
 * A former entry is detached only if it still has its former version. With another version it belongs to somebody else, and
 * may be the conflict that made an update fail which CloudFormation now rolls back. The same applies to defaults.
 */
export function attaching({ target, entries, defaults, passRole, waitForApps }: Attachments, former: Attached = { entries: [], defaults: [] }): Goal {
  const formerOf = (entry: Entry) => former.entries.find((other) => isSameEntry(entry, other));
  const added = entries.filter((entry) => !formerOf(entry));
  const renumbered = entries.filter((entry) => {
    const before = formerOf(entry);
    return before && before.image.ImageVersionNumber !== entry.image.ImageVersionNumber;
  });
  const removed = former.entries.filter((entry) => !entries.some((other) => isSameEntry(entry, other)));
  const set = defaults.map((one) => {
    const before = former.defaults.find((other) => isSameApp(one, other));
    return { ...one, former: before?.image, ...!isFollowing(before ?? one) && { followedAlias: undefined } };
  });
  const newDefaults = set.filter((one) => !one.former || !isDefault({ ...one.former }, one.image, 'same version'));
  const remove = former.defaults.filter((one) => !defaults.some((other) => isSameApp(one, other)));
  return {
    doing: describeChange(target, { added, changed: renumbered, removed }, { set: newDefaults, remove }),
    target,
    passRole,
    succeedsIfMissing: false,
    change: { attach: entries.map((entry) => isFollowing(formerOf(entry) ?? entry) ? entry : { ...entry, followedAlias: undefined }), detach: removed, version: 'same version' },
    added,
    defaults: { set, remove },
    removed: { entries: removed, defaults: remove },
    waitForApps,
  };
}

/** Detaches all entries of the properties, and removes their defaults. */
export function detaching({ target, entries, defaults, passRole, waitForApps }: Attachments, version: Change['version']): Goal {
  return {
    doing: describeChange(target, { added: [], changed: [], removed: entries }, { set: [], remove: defaults }),
    target,
    passRole,
    succeedsIfMissing: true,
    change: { attach: [], detach: entries, version },
    added: [],
    defaults: { set: [], remove: defaults },
    removed: { entries: [], defaults: [] },
    waitForApps,
  };
}

/** Gives entries and default images another version. What is not there is not added: somebody detached it meanwhile. */
export function moving({ target, entries, defaults, passRole, waitForApps }: Attachments): Goal {
  const set = defaults.map((one) => ({ ...one, former: one.image, onlyMoves: true }));
  return {
    doing: describeChange(target, { added: [], changed: entries, removed: [] }, { set, remove: [] }),
    target,
    passRole,
    succeedsIfMissing: false,
    change: { attach: entries.map((entry) => ({ ...entry, onlyMoves: true })), detach: [], version: 'same version' },
    added: [],
    defaults: { set, remove: [] },
    removed: { entries: [], defaults: [] },
    waitForApps,
  };
}

/** Whether a feed moves an entry or a default image. One that a feed did not move before gets its version once. */
export function isFollowing({ followedAlias }: Pick<Entry, 'followedAlias'>): boolean {
  return followedAlias !== undefined;
}
