import { problemsOfDefault } from './default-image';
import { isSame } from './images';
import { type AppSettings, BLOCKS, type Default, type Entry, type RawProperties, type Target } from './model';
import { failOn, nounFor, readTarget } from './target';
import type { StudioAppSettings, StudioDefaultImage, StudioSettings } from '../../kinds/studio-attachments';
import { isMap, type Json } from '../service/json';

const SETTINGS = Object.values(BLOCKS).flat();
const APPS: readonly StudioAppSettings[] = ['KernelGatewayAppSettings', 'JupyterLabAppSettings', 'CodeEditorAppSettings', 'RSessionAppSettings'];
/** The number of characters that messages show of a value. */
const MAX_CHARACTERS = 80;

/** The validated properties of the custom resource. */
export interface Attachments {
  readonly target: Target;
  readonly entries: readonly Entry[];
  readonly defaults: readonly Default[];
  /** The settings blocks whose execution role the function may pass, so that writes can include it. */
  readonly passRole: readonly StudioSettings[];
  /** Whether to wait for running apps if SageMaker refuses the change. */
  readonly waitForApps: boolean;
}

/**
 * Parses the properties, whose numbers CloudFormation sends as strings.
 *
 * @throws Failure that lists all problems
 */
export function parse(properties: RawProperties): Attachments {
  const problems: string[] = [];
  const target = readTarget(properties, problems);
  const fits = (name: unknown, path: string) => {
    const allowed: readonly unknown[] = BLOCKS[target.kind];
    if (!allowed.includes(name)) {
      problems.push(`${path} does not apply to a ${nounFor(target)} (use ${allowed.join(' or ')})`);
    }
  };
  const all = SETTINGS.flatMap((settings) => {
    if (isMissing(properties[settings])) {
      return [];
    }
    fits(settings, settings);
    return imagesIn(properties[settings], settings, problems);
  });
  const passRole = isMissing(properties.PassExecutionRole) ? [] : properties.PassExecutionRole;
  if (Array.isArray(passRole)) {
    passRole.forEach((name, index) => fits(name, `PassExecutionRole[${index}] ${show(name)}`));
  } else {
    problems.push(`PassExecutionRole must be a list, got ${show(passRole)}`);
  }
  const { WaitForApps: waits = 'false' } = properties;
  if (waits !== 'true' && waits !== 'false') {
    problems.push(`WaitForApps must be true or false, got ${show(waits)}`);
  }
  failOn(problems);
  return {
    target,
    entries: withoutDuplicates(all.flatMap(({ entries }) => entries)),
    defaults: all.flatMap(({ defaults }) => defaults),
    passRole: passRole as StudioSettings[],
    waitForApps: waits === 'true',
  };
}

/** Returns the entries and the default of each app. */
function imagesIn(block: unknown, settings: StudioSettings, problems: string[]): { entries: Entry[]; defaults: Default[] }[] {
  if (!isMap(block)) {
    problems.push(`${settings} must be a map, got ${show(block)}`);
    return [];
  }
  return Object.entries(block).flatMap(([name, value]) => {
    const app = APPS.find((candidate) => candidate === name);
    const path = `${settings}.${name}`;
    if (!app || !isMap(value)) {
      problems.push(app ? `${path} must be a map, got ${show(value)}` : `${path} is not supported (use ${APPS.join(', ')})`);
      return [];
    }
    return [{
      entries: entriesIn(value.CustomImages, { settings, app }, `${path}.CustomImages`, problems),
      defaults: defaultIn(value.DefaultResourceSpec, { settings, app }, `${path}.DefaultResourceSpec`, problems),
    }];
  });
}

function defaultIn(spec: unknown, app: AppSettings, path: string, problems: string[]): Default[] {
  if (isMissing(spec)) {
    return [];
  }
  problems.push(...problemsOfDefault(spec, path));
  const { SageMakerImageArn, SageMakerImageVersionArn, FollowedAlias } = spec as unknown as StudioDefaultImage;
  return [{ ...app, image: { SageMakerImageArn, ...SageMakerImageVersionArn && { SageMakerImageVersionArn } }, ...followed(FollowedAlias) }];
}

function entriesIn(images: unknown, app: AppSettings, path: string, problems: string[]): Entry[] {
  const list = isMissing(images) ? [] : images;
  if (!Array.isArray(list)) {
    problems.push(`${path} must be a list, got ${show(list)}`);
    return [];
  }
  return list.flatMap((image, index) => entryIn(image, list.slice(0, index), app, `${path}[${index}]`, problems));
}

function entryIn(image: unknown, before: readonly unknown[], list: AppSettings, path: string, problems: string[]): Entry[] {
  const found = isMap(image) ? problemsIn(image, path) : [`${path} must be a map, got ${show(image)}`];
  if (!isMap(image) || found.length > 0) {
    problems.push(...found);
    return [];
  }
  const entry = { ...list, image: imageOf(image), ...followed(image.FollowedAlias) };
  const other = before.find((one) => isMap(one) && isSame(entry.image, one) && numberOf(one) !== numberOf(image));
  if (other) {
    problems.push(`${path} ${show(image)} repeats ${show(other)} with a different version number`);
  }
  return [entry];
}

function followed(alias: unknown): Pick<Entry, 'followedAlias'> {
  return typeof alias === 'string' ? { followedAlias: alias } : {};
}

function problemsIn(image: Json, path: string): string[] {
  const number = numberOf(image);
  return [
    ...['ImageName', 'AppImageConfigName'].filter((name) => typeof image[name] !== 'string' || !image[name])
      .map((name) => `${path}.${name} must be a non-empty string, got ${show(image[name])}`),
    ...number === undefined || (Number.isSafeInteger(number) && number > 0)
      ? [] : [`${path}.ImageVersionNumber must be a positive integer, got ${show(image.ImageVersionNumber)}`],
  ];
}

function imageOf(image: Json): Entry['image'] {
  const number = numberOf(image);
  return {
    ImageName: image.ImageName as string,
    AppImageConfigName: image.AppImageConfigName as string,
    ...number !== undefined && { ImageVersionNumber: number },
  };
}

function numberOf({ ImageVersionNumber: number }: Json): number | undefined {
  return isMissing(number) || number === '' ? undefined : Number(number);
}

/** Removes duplicates: two names that are tokens at synthesis may resolve to the same value. */
function withoutDuplicates(entries: readonly Entry[]): Entry[] {
  return entries.filter((entry, index) => !entries.slice(0, index).some((before) => isSameEntry(entry, before)));
}

/** Whether two entries are for the same image in the same list, regardless of their versions. */
export function isSameEntry(one: Entry, other: Entry): boolean {
  return isSameApp(one, other) && isSame(one.image, { ...other.image });
}

export function isSameApp(one: AppSettings, other: AppSettings): boolean {
  return one.settings === other.settings && one.app === other.app;
}

function isMissing(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function show(value: unknown): string {
  const json = JSON.stringify(value) ?? 'undefined';
  return json.length > MAX_CHARACTERS ? `${json.slice(0, MAX_CHARACTERS)}…` : json;
}
