import { withDefaults } from './defaults';
import type { Goal } from './goal';
import type { Conflict } from './images';
import { commandFor, describeApp, describeConflicts, describeTaken } from './messages';
import type { Blocks, Default } from './model';
import type { Pause } from '../converge';

/** Gives up because lists contain other versions of images to attach, or somebody else set default images. */
export function conflict(blocks: Blocks, conflicts: readonly Conflict[], taken: readonly Default[]): Pause {
  const all = [
    ...conflicts.length === 0 ? [] : [{
      why: conflicts.length === 1 ? 'somebody else attached another version of this image' : `somebody else attached other versions of ${conflicts.length} images`,
      remedy: `remove these entries or use different app image configs: ${describeConflicts(conflicts)}`,
    }],
    ...taken.length === 0 ? [] : [{
      why: 'somebody else set another default image',
      remedy: `remove it or leave out defaultImage: ${describeTaken(taken, blocks)}`,
    }],
  ];
  return {
    do: 'give up',
    why: all.map(({ why }) => why).join(', and '),
    remedy: all.map(({ remedy }) => remedy).join('; '),
    help: 'Somebody else attached another version',
    details: { conflicts: [...conflicts.map(({ entry: { image, ...list }, found }) => ({ ...list, ...image, found })), ...taken] },
  };
}

/** Gives up because SageMaker keeps a default. One that should be removed may belong to an image that is deleted next. */
export function defaultStays({ target, defaults, change }: Goal, blocks: Blocks, why: string): Pause {
  const [left] = defaults.remove.filter((one) => withDefaults(blocks, { set: [], remove: [one] }, change.version, true) !== blocks);
  const help = 'A default image cannot be removed';
  return left ? {
    do: 'give up',
    why: `${why} of ${describeApp(left)}`,
    remedy: `apps do not start once this image is deleted, so set another one and then repeat the operation: ${commandFor(target, left)}`,
    help,
  } : { do: 'give up', why, remedy: 'leave out defaultImage and deploy again', help };
}
