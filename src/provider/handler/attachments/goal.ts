import type { Change } from './images';
import { describeChange } from './messages';
import type { Entry, Target } from './model';
import { type Attachments, isSameEntry } from './properties';
import type { StudioSettings } from '../../kinds/studio-attachments';

/** A target as it should be. */
export interface Goal {
  /** For messages: "attaching x to y". */
  readonly doing: string;
  readonly target: Target;
  /** The settings blocks whose execution role may be sent back with them. */
  readonly passRole: readonly StudioSettings[];
  /** Whether it is as good if the target does not exist. */
  readonly fineWithout: boolean;
  readonly change: Change;
  /** Those that are attached for the first time: in another version, they are somebody else's. */
  readonly added: readonly Entry[];
}

/**
 * The entries of the properties, instead of those that were there before.
 *
 * An entry that is gone from the properties is removed only in the version that it had there: in another version it is somebody
 * else's. It may be why an update failed that CloudFormation rolls back now.
 */
export function attaching({ target, entries, passRole }: Attachments, former: readonly Entry[] = []): Goal {
  const formerOf = (entry: Entry) => former.find((other) => isSameEntry(entry, other));
  const added = entries.filter((entry) => !formerOf(entry));
  const renumbered = entries.filter((entry) => {
    const before = formerOf(entry);
    return before && before.image.ImageVersionNumber !== entry.image.ImageVersionNumber;
  });
  const removed = former.filter((entry) => !entries.some((other) => isSameEntry(entry, other)));
  return {
    doing: describeChange(target, { added, changed: renumbered, removed }),
    target,
    passRole,
    fineWithout: false,
    change: { put: entries, remove: removed, version: 'its version' },
    added,
  };
}

/** No entry of the properties. */
export function detaching({ target, entries, passRole }: Attachments, version: Change['version']): Goal {
  return {
    doing: describeChange(target, { added: [], changed: [], removed: entries }),
    target,
    passRole,
    fineWithout: true,
    change: { put: [], remove: entries, version },
    added: [],
  };
}
