/**
 * `npm run release:dry-run`: everything of a release but the publishing, on the packages in dist/.
 *
 * Says what the next version would be, and judges each package by what its registry asks for.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { audit, Check, holds, ROOT, run } from './checks';
import { changelogEntry, nextVersion, tellsOfBreaks, untagged } from './version';
import { readBreakingChanges, readReleased, staleBaseline } from '../api/released';
import { leftOut } from '../package/targets';

const DIST = join(ROOT, 'dist');
/** What Maven Central wants to be told. */
const POM_ELEMENTS = ['name', 'description', 'url', 'licenses', 'developers', 'scm'];
/** What publishes, in the version of the workflow. */
const PUBLIB = /publib@[\d.]+/.exec(readFileSync(join(ROOT, '.github', 'workflows', 'release.yml'), 'utf8'))![0];

/** As publib takes it. */
const TWINE = 'twine<6.2.0';

const CHECKS: Check[] = [
  { name: 'version', check: version },
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

/** The version that the release workflow would find, and whether it may have that. The day is not known yet. */
function version(): string {
  const copy = mkdtempSync(join(tmpdir(), 'release-'));
  try {
    run('git', ['clone', '--quiet', ROOT, copy]);
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    const next = nextVersion(copy);
    return [
      untagged(next, run('git', ['tag'], copy).split('\n')),
      tellsOfBreaks(next, readReleased().version, readBreakingChanges()),
      changelogEntry(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'), next),
    ].join(', ');
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

function notHere(registry: string, reason: string): Check {
  return { name: `publib-${registry}`, check: () => '', skip: reason };
}

function twine(): string {
  const venv = join(ROOT, '.build', 'release', '.venv');
  if (!existsSync(venv)) {
    run('python3', ['-m', 'venv', venv]);
  }
  run(join(venv, 'bin', 'pip'), ['install', '--quiet', TWINE]);
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

process.exitCode = holds(CHECKS) ? 0 : 1;
