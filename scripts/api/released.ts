import { spawnSync } from 'child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { Exceptions } from './findings';
import { Signatures } from './parameters';
import { Traits } from './traits';

const ROOT = join(__dirname, '..', '..');
const ASSEMBLY = join(ROOT, '.jsii');
const MANIFEST = join(ROOT, 'package.json');
/** The public API of the last release. It is kept here until a registry has it. */
const RELEASED = join(ROOT, 'api', 'released.json');
/** The accepted breaking changes of the next release: keys of jsii-diff, with reasons. */
const BREAKING = join(ROOT, 'api', 'breaking-changes.json');

/** Whether there is an API to compare with. */
export function hasBaseline(): boolean {
  return existsSync(RELEASED);
}

/** Records the compiled API as the released one, and clears the accepted breaking changes. */
export function writeBaseline(): void {
  const tag = lastTag();
  if (tag && git('diff', '--stat', tag, '--', 'src') !== '') {
    throw new Error(`src/ differs from the release ${tag}: check out ${tag}, run this there, and copy api/`);
  }
  const { version, types, targets, dependencies, engines } = readPresent();
  mkdirSync(join(ROOT, 'api'), { recursive: true });
  write(RELEASED, { version: tag ? versionOf(tag) : version, targets, dependencies, engines, types: signature(types) });
  write(BREAKING, {});
}

/** Returns a problem if another version was released after the baseline. */
export function staleBaseline(tag: string = lastTag(), baseline: string = readReleased().version): string[] {
  return tag && versionOf(tag) !== baseline
    ? [`api/released.json is from version ${baseline}, but the last release is ${tag}: run npm run api:baseline on ${tag}`]
    : [];
}

/** The parts of the library that users depend on. */
export interface Api extends Signatures, Traits {
  readonly version: string;
}

/** Reads the API of the last release. */
export function readReleased(): Api {
  return JSON.parse(readFileSync(RELEASED, 'utf8'));
}

/** Reads the API of the last compilation. */
export function readPresent(): Api {
  const { engines } = JSON.parse(readFileSync(MANIFEST, 'utf8'));
  return { ...JSON.parse(readFileSync(ASSEMBLY, 'utf8')), engines };
}

/** Reads the accepted breaking changes. */
export function readBreakingChanges(): Exceptions {
  return existsSync(BREAKING) ? JSON.parse(readFileSync(BREAKING, 'utf8')) : {};
}

/** Writes the released API as a package for jsii-diff. The folder must be in this repository, so that dependencies are found. */
export function unpackBaseline(folder: string): void {
  mkdirSync(folder, { recursive: true });
  // The comparison ignores the other members, such as the author and the locations of dependencies.
  const assembly = { ...JSON.parse(readFileSync(ASSEMBLY, 'utf8')), ...JSON.parse(readFileSync(RELEASED, 'utf8')) };
  writeFileSync(join(folder, '.jsii'), JSON.stringify(assembly));
  writeFileSync(join(folder, 'package.json'), readFileSync(MANIFEST));
}

/** Keeps the members of an assembly that affect compatibility, without descriptions and source locations. */
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

/** Returns the tag of the last release, or an empty string in a clone without tags. */
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
