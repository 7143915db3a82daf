import { Token, type Stack } from 'aws-cdk-lib';
import type { AppPlace } from './app-places';
import { checkName } from './validate-app-image-config';
import type { VersionConfigs } from './version-configs';
import { describe, Problems, quote } from '../../private/problems';
import { StudioAppType } from '../studio-app';

/** Names of configurations by the kind of app. */
export type ConfigNames = { readonly [appType: string]: string };

/** A version with the names that were given to its configurations. */
export interface NamedVersion {
  readonly configs: VersionConfigs;
  readonly names?: ConfigNames;
}

/** What determines the name of the configuration for a place. */
type NamedPlace = Pick<AppPlace, 'app' | 'elsewhere' | 'isOwnApp' | 'appImageConfigName'>;

/** What else determines which names can be given. */
interface Context {
  readonly uniqueToStack?: boolean;
  /** The kinds of apps that can be named. */
  readonly appTypes: StudioAppType[];
  /** All names that were given before. */
  readonly former: string[];
  /** How to use another kind of app. */
  readonly remedy: string;
}

/** Checks the names of configurations. */
export function checkConfigNames(problems: Problems, names: ConfigNames | undefined, { uniqueToStack, appTypes, former, remedy }: Context): void {
  if (Token.isUnresolved(names)) {
    problems.add("appImageConfigNames must be known at synth, got a token: give { JupyterLab: 'torch-lab' } for example");
  }
  const entries = problems.map('appImageConfigNames', names ?? undefined, "give { JupyterLab: 'torch-lab' } for example");
  if (uniqueToStack && entries.length > 0) {
    problems.add('uniqueToStack is for generated names, and appImageConfigNames are given: remove one of them');
  }
  const taken = new Map(former.map((name) => [name.toLowerCase(), 'another configuration of the image']));
  for (const [appType, name] of entries) {
    const property = `appImageConfigNames.${appType}`;
    if (!Object.values<string>(StudioAppType).includes(appType)) {
      problems.add(`appImageConfigNames has the key ${quote(appType)}: use ${Object.values(StudioAppType).join(', ').replace(/, (?=[^,]*$)/, ' or ')}`);
    } else if (!appTypes.includes(appType as StudioAppType)) {
      problems.add(`${property} is for an app that ${remedy}`);
    } else if (checkName(problems, name, true, property) && typeof name === 'string') {
      const other = taken.get(name.toLowerCase());
      if (other) {
        problems.add(`${property} ${describe(name)} is already the name of ${other}: each configuration needs a name of its own`);
      }
      taken.set(name.toLowerCase(), `that for ${appType}`);
    }
  }
}

/** Returns all names that were given to configurations of an image. */
export function givenNames(versions: Pick<NamedVersion, 'names'>[], places: Pick<AppPlace, 'appImageConfigName'>[]): string[] {
  return [...versions.flatMap(({ names }) => Object.values(names ?? {})), ...places.map(({ appImageConfigName }) => appImageConfigName)]
    .filter((name) => name !== undefined);
}

/** Checks that each name of a version is that of one configuration: each stack has configurations of its own. */
export function checkOneConfigPerName(problems: Problems, names: ConfigNames | undefined, places: NamedPlace[], isFirst: boolean): void {
  const stacks = new Map<string, Map<Stack | undefined, string>>();
  for (const { app: { appType }, elsewhere, appImageConfigName } of places.filter(({ isOwnApp }) => !isOwnApp)) {
    const ofApp = stacks.get(appType) ?? new Map<Stack | undefined, string>();
    stacks.set(appType, ofApp);
    // The first target in a stack determines the name of the configuration there.
    if (!ofApp.has(elsewhere)) {
      ofApp.set(elsewhere, isFirst && appImageConfigName !== undefined ? '' : elsewhere ? `stack ${quote(elsewhere.node.path)}` : 'the stack of the image');
    }
  }
  stacks.forEach((ofApp, appType) => {
    const sharing = [...ofApp.values()].filter((stack) => stack !== '');
    if (names?.[appType] !== undefined && sharing.length > 1) {
      problems.add(`appImageConfigNames.${appType} ${describe(names[appType])} cannot be the name of several configurations, in ${sharing.join(' and ')}: `
        + (isFirst ? 'give the name of each further one in attach(target, { appImageConfigNames })' : 'leave it out, so that their names are generated'));
    }
  });
}
