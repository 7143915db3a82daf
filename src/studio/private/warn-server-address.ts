import type { KnownContainer } from './container-warnings';
import { quote } from '../../private/problems';
import { warn } from '../../private/warnings';
import { StudioAppType } from '../studio-app';

/** The only port that Studio connects to. */
const PORT = '8888';
const PORT_OPTION = /^--(?:\w+App\.)?port$/;
const BASE_OPTION = /^--(?:\w+App\.base_url|(?:server-)?base-path)$/;
/** The start of the only URLs that Studio requests. AWS writes that of Code Editor in both cases. */
const BASES = { [StudioAppType.JUPYTER_LAB]: '/jupyterlab/default', [StudioAppType.CODE_EDITOR]: '/codeeditor/default' };

/**
 * Warns of a server with another port or base URL than those that Studio requests.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-byoi-specs.html#studio-updated-byoi-specs-app-healthcheck
 */
export function warnOfServerAddress({ owner, appType, entrypoint, arguments: args }: KnownContainer): void {
  const wrong = optionsIn([...entrypoint, ...args]).flatMap(({ name, value }) => {
    const expected = PORT_OPTION.test(name) ? PORT : BASE_OPTION.test(name) ? BASES[appType] : undefined;
    return expected === undefined || normalized(value) === normalized(expected) ? [] : [`${name} ${quote(value)} (give ${expected})`];
  });
  if (wrong.length > 0) {
    warn(owner, 'studioServerAddress', `Studio does not find a server of ${appType} with ${wrong.join(' and ')}, and the app would not start`);
  }
}

interface Option {
  readonly name: string;
  readonly value: string;
}

/** Returns the options with known values, as `--name=value` or as `--name value`. */
function optionsIn(items: (string | undefined)[]): Option[] {
  // An entry point can contain a whole command line.
  const words = items.flatMap((item) => item === undefined ? [undefined] : item.trim().split(/\s+/));
  return words.flatMap((word, index) => {
    const [, name, joined] = /^(--[\w.-]+)(?:=(.*))?$/.exec(word ?? '') ?? [];
    const value = joined ?? words[index + 1];
    // The shell replaces variables.
    return name === undefined || value === undefined || value.includes('$') || (joined === undefined && value.startsWith('-')) ? [] : [{ name, value }];
  });
}

/** Removes quotes and the slashes at both ends. */
function normalized(value: string): string {
  return value.replace(/["']/g, '').replace(/^\/+|\/+$/g, '').toLowerCase();
}
