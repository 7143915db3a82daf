/**
 * `npm run release:dry-run`: everything of a release but the publishing, on the packages in dist/.
 *
 * Says what the next version would be, and judges each package by what its registry asks for.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { audit, changelogEntry, ROOT, run, Skipped } from './checks';
import { nextVersion } from './next-version';
import { staleBaseline } from '../api/released';
import { leftOut } from '../package/targets';

const DIST = join(ROOT, 'dist');
/** What Maven Central wants to be told. */
const POM_ELEMENTS = ['name', 'description', 'url', 'licenses', 'developers', 'scm'];
/** What publishes, in the version of the workflow. */
const PUBLIB = /publib@[\d.]+/.exec(readFileSync(join(ROOT, '.github', 'workflows', 'release.yml'), 'utf8'))![0];

/** One thing that a release needs. */
interface Step {
  readonly name: string;
  /** Throws if it does not hold, `Skipped` if that cannot be told; what it returns is shown. */
  readonly check: () => string;
  /** Why it cannot be checked here. */
  readonly skip?: string;
}

const STEPS: Step[] = [
  { name: 'version and changelog', check: () => changelogEntry(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'), versionInCopy()) },
  { name: 'baseline', check: baseline },
  { name: 'audit', check: audit },
  { name: 'npm', check: () => run('npm', ['publish', '--dry-run', '--ignore-scripts', only('js', /\.tgz$/)]).match(/total files: +\d+/i)?.[0] ?? '' },
  { name: 'publib-npm', check: publibNpm },
  { name: 'PyPI', check: () => twine(), skip: leftOut('python') },
  notHere('pypi', 'it signs in with the identity of the workflow first'),
  { name: 'Maven Central', check: mavenCentral, skip: leftOut('java') },
  notHere('maven', 'it signs with the key that only the workflow has'),
  { name: 'Go', check: () => run('go', ['vet', './...'], join(DIST, 'go', 'cdksagemakerimages'), { GOFLAGS: '-mod=mod -modcacherw' }), skip: leftOut('go') },
  notHere('golang', 'it clones the repository of the Go module first'),
  { name: 'NuGet', check: () => only('dotnet', /\.nupkg$/), skip: leftOut('dotnet') },
  notHere('nuget', 'it signs in with the identity of the workflow first'),
];

/** What the release workflow would find. */
function versionInCopy(): string {
  const copy = mkdtempSync(join(tmpdir(), 'release-'));
  try {
    run('git', ['clone', '--quiet', ROOT, copy]);
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    return nextVersion(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** What must not be broken is what was released last. */
function baseline(): string {
  const [problem] = staleBaseline();
  if (problem) {
    throw new Error(problem);
  }
  return 'api/released.json is of the last release, if there was one';
}

/** As the workflow's own dry run does it. */
function publibNpm(): string {
  const env = { PUBLIB_DRYRUN: 'true', NPM_TRUSTED_PUBLISHER: 'true', NPM_DIST_TAG: 'latest' };
  return run('npx', ['--yes', '-p', PUBLIB, 'publib-npm', join(DIST, 'js')], ROOT, env).match(/would publish .*\.tgz/)![0];
}

function notHere(registry: string, reason: string): Step {
  return { name: `publib-${registry}`, check: () => '', skip: reason };
}

function twine(): string {
  const venv = join(ROOT, '.build', 'release', '.venv');
  if (!existsSync(venv)) {
    run('python3', ['-m', 'venv', venv]);
  }
  run(join(venv, 'bin', 'pip'), ['install', '--quiet', 'twine==6.2.0']);
  const packages = readdirSync(join(DIST, 'python')).map((file) => join(DIST, 'python', file));
  return run(join(venv, 'bin', 'twine'), ['check', '--strict', ...packages]).match(/PASSED/g)!.join(', ');
}

function mavenCentral(): string {
  const files = readdirSync(join(DIST, 'java'), { recursive: true, encoding: 'utf8' });
  const suffixes = ['.pom', '.jar', '-sources.jar', '-javadoc.jar'];
  const missing = suffixes.filter((suffix) => !files.some((file) => file.endsWith(suffix)));
  const pom = readFileSync(join(DIST, 'java', files.find((file) => file.endsWith('.pom'))!), 'utf8');
  missing.push(...POM_ELEMENTS.filter((element) => !pom.includes(`<${element}>`)).map((element) => `<${element}> in the pom`));
  if (missing.length > 0) {
    throw new Error(`missing: ${missing.join(', ')}`);
  }
  return 'sources, javadoc and everything that the pom has to say; signed by the workflow';
}

/** The one file of a target with a name like this. */
function only(target: string, pattern: RegExp): string {
  const found = readdirSync(join(DIST, target), { recursive: true, encoding: 'utf8' }).filter((file) => pattern.test(file));
  if (found.length !== 1) {
    throw new Error(`dist/${target} has ${found.length} files like ${pattern}: run npm run package`);
  }
  return join(DIST, target, found[0]);
}

let failed = false;
for (const { name, check, skip } of STEPS) {
  try {
    console.log(`${name}: ${skip ? `SKIPPED, ${skip}` : `ok ${check().trim().split('\n').pop()}`}`);
  } catch (error) {
    if (error instanceof Skipped) {
      console.log(`${name}: SKIPPED, ${error.message}`);
      continue;
    }
    failed = true;
    console.log(`${name}: FAILED ${(error as Error).message}`);
  }
}
process.exitCode = failed ? 1 : 0;
