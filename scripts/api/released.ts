import { spawnSync } from 'child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { Exceptions } from './findings';
import { Signatures } from './parameters';
import { Traits } from './traits';

const ROOT = join(__dirname, '..', '..');
const ASSEMBLY = join(ROOT, '.jsii');
const MANIFEST = join(ROOT, 'package.json');
/** The public API as it was released last: kept here as long as no registry has it. */
const RELEASED = join(ROOT, 'api', 'released.json');
/** What may break in the next release: a key of jsii-diff, and the reason. */
const BREAKING = join(ROOT, 'api', 'breaking-changes.json');

/** Whether there is something to compare with. */
export function hasBaseline(): boolean {
  return existsSync(RELEASED);
}

/** Makes the present API, which has to be compiled, the one that was released; nothing is broken then. */
export function writeBaseline(): void {
  const tag = lastTag();
  if (tag && git('diff', '--stat', tag, '--', 'src') !== '') {
    throw new Error(`src/ is not what was released as ${tag}: check that out, and take api/ from there`);
  }
  const { version, types, targets, dependencies, engines } = readPresent();
  mkdirSync(join(ROOT, 'api'), { recursive: true });
  write(RELEASED, { version: tag ? versionOf(tag) : version, targets, dependencies, engines, types: signature(types) });
  write(BREAKING, {});
}

/** What is wrong with the baseline: that another version was released since. */
export function staleBaseline(tag: string = lastTag(), baseline: string = readReleased().version): string[] {
  return tag && versionOf(tag) !== baseline
    ? [`api/released.json is of version ${baseline}, and ${tag} was released: run npm run api:baseline on it`]
    : [];
}

/** What users depend on. */
export interface Api extends Signatures, Traits {
  readonly version: string;
}

/** The API as it was released last. */
export function readReleased(): Api {
  return JSON.parse(readFileSync(RELEASED, 'utf8'));
}

/** The API as it was compiled last. */
export function readPresent(): Api {
  const { engines } = JSON.parse(readFileSync(MANIFEST, 'utf8'));
  return { ...JSON.parse(readFileSync(ASSEMBLY, 'utf8')), engines };
}

/** Breaking changes that are wanted. */
export function readBreakingChanges(): Exceptions {
  return existsSync(BREAKING) ? JSON.parse(readFileSync(BREAKING, 'utf8')) : {};
}

/** Writes the released API as a package that jsii-diff reads; the folder has to be in this repository, for the dependencies. */
export function unpackBaseline(folder: string): void {
  mkdirSync(folder, { recursive: true });
  // What is not kept is of no weight in the comparison: where the dependencies are, and whose the package is.
  const assembly = { ...JSON.parse(readFileSync(ASSEMBLY, 'utf8')), ...JSON.parse(readFileSync(RELEASED, 'utf8')) };
  writeFileSync(join(folder, '.jsii'), JSON.stringify(assembly));
  writeFileSync(join(folder, 'package.json'), readFileSync(MANIFEST));
}

/** What callers and subclasses depend on: of the texts only what a rule is made of, and no places in the sources. */
export function signature(value: any): any {
  if (Array.isArray(value)) {
    return value.map(signature);
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  const kept = Object.entries<any>(value).filter(([key]) => key !== 'locationInModule' && key !== 'symbolId');
  return Object.fromEntries(kept.map(([key, inner]) => [
    key, key === 'docs' ? { stability: inner.stability, deprecated: inner.deprecated, subclassable: inner.subclassable } : signature(inner),
  ]));
}

/** The last release before here; none in a clone without tags. */
function lastTag(): string {
  return git('describe', '--tags', '--abbrev=0', '--match', 'v*');
}

function versionOf(tag: string): string {
  return tag.replace(/^v/, '');
}

function git(...args: string[]): string {
  return spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' }).stdout.trim();
}

function write(file: string, content: unknown): void {
  writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`);
}
