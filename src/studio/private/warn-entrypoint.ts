import type { KnownContainer } from './container-warnings';
import { quote } from '../../private/problems';
import { warn } from '../../private/warnings';

/** Warns of an entry point with arguments in it: the container looks for an executable file with that name. */
export function warnOfEntrypoint({ owner, entrypoint }: KnownContainer): void {
  const [command = ''] = entrypoint;
  const [file, ...args] = command.trim().split(/\s+/);
  if (args.length > 0) {
    warn(owner, 'studioEntrypoint', `containerEntrypoint ${quote(command)} contains arguments, but is the name of one executable file: `
      + `give [${quote(file)}], and put ${quote(args.join(' '))} into containerArguments`);
  }
}
