import type { Construct } from 'constructs';
import { isUnknown } from '../../private/unknown';
import { warn } from '../../private/warnings';

/** What `SageMakerImageVersionAlias` in the resource spec of a space or an app accepts: N, N.N or SemVer. */
const STARTS_A_SPACE = /^(\d+(\.\d+)?|(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}(-(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?)$/;
const LOOKS_LIKE_A_VERSION = /\d\.\d|^v\d+$/i;

/** Warns of aliases that look like versions, but that no space can be started with. */
export function warnOfAliases(scope: Construct, aliases: (string | undefined)[]): void {
  const found = aliases.filter((alias): alias is string => typeof alias === 'string' && !isUnknown(alias)
    && LOOKS_LIKE_A_VERSION.test(alias) && !STARTS_A_SPACE.test(alias));
  if (found.length > 0) {
    const several = found.length > 1;
    warn(scope, 'aliasStartsNoSpace',
      `the ${several ? 'aliases' : 'alias'} ${found.map((alias) => `'${alias}'`).join(', ')} ${several ? 'look like versions' : 'looks like a version'}, but spaces and apps can be started `
      + `with aliases such as '2', '2.4', '2.4.1' or '2.4.1-gpu' only: use ${several ? 'names' : 'a name'} of this form, or acknowledge this`);
  }
}
