/**
 * `npm run release:dry-run`: runs a release except for the publishing, with the packages in dist/.
 *
 * Prints the next version, and checks that each package meets the requirements of its registry.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { audit, Check, holds, ROOT, run } from './checks';
import { changelogEntry, nextVersion, announcesBreakingChanges, untagged } from './version';
import { readBreakingChanges, readReleased, staleBaseline } from '../api/released';
import { leftOut } from '../package/targets';

const DIST = join(ROOT, 'dist');
/** The POM elements that Maven Central requires. */
const POM_ELEMENTS = ['name', 'description', 'url', 'licenses', 'developers', 'scm'];
/** The lock files of the publisher, which the workflow uses too. */
const PUBLISHER = join(ROOT, '.github', 'publisher');
/** Where the publisher is installed. */
const INSTALLED = join(ROOT, '.build', 'publisher');

const CHECKS: Check[] = [
  { name: 'version', check: version },
  { name: 'baseline', check: baseline },
  { name: 'audit', check: audit },
  { name: 'npm', check: () => run('npm', ['publish', '--dry-run', '--ignore-scripts', only('js', /\.tgz$/)]).match(/total files: +\d+/i)?.[0] ?? '' },
  { name: 'publib-npm', check: publibNpm },
  { name: 'PyPI', check: () => twine(), skip: leftOut('python') },
  notHere('pypi', 'it first signs in with the identity of the workflow'),
  { name: 'Maven Central', check: mavenCentral, skip: leftOut('java') },
  notHere('maven', 'it signs with the key that only the workflow has'),
  { name: 'Go', check: () => run('go', ['vet', './...'], join(DIST, 'go', 'cdksagemakerimages'), { GOFLAGS: '-mod=mod -modcacherw' }), skip: leftOut('go') },
  notHere('golang', 'it first clones the repository of the Go module'),
  { name: 'NuGet', check: () => only('dotnet', /\.nupkg$/), skip: leftOut('dotnet') },
  notHere('nuget', 'it first signs in with the identity of the workflow'),
];

/** Checks the version that the release workflow would compute. The release date is not known yet. */
function version(): string {
  const copy = mkdtempSync(join(tmpdir(), 'release-'));
  try {
    run('git', ['clone', '--quiet', ROOT, copy]);
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    const next = nextVersion(copy);
    return [
      untagged(next, run('git', ['tag'], copy).split('\n')),
      announcesBreakingChanges(next, readReleased().version, readBreakingChanges()),
      changelogEntry(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'), next),
    ].join(', ');
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Checks that the baseline is the last release. */
function baseline(): string {
  const [problem] = staleBaseline();
  if (problem) {
    throw new Error(problem);
  }
  return 'api/released.json is from the last release, if there was one';
}

/** Publishes to npm with publib's dry run, installed as in the workflow. */
function publibNpm(): string {
  mkdirSync(INSTALLED, { recursive: true });
  ['package.json', 'package-lock.json'].forEach((file) => copyFileSync(join(PUBLISHER, file), join(INSTALLED, file)));
  run('npm', ['ci', '--ignore-scripts'], INSTALLED);
  const env = { PUBLIB_DRYRUN: 'true', NPM_TRUSTED_PUBLISHER: 'true', NPM_DIST_TAG: 'latest' };
  return run(join(INSTALLED, 'node_modules', '.bin', 'publib-npm'), [join(DIST, 'js')], ROOT, env).match(/would publish .*\.tgz/)![0];
}

function notHere(registry: string, reason: string): Check {
  return { name: `publib-${registry}`, check: () => '', skip: reason };
}

function twine(): string {
  const venv = join(INSTALLED, '.venv');
  if (!existsSync(venv)) {
    run('python3', ['-m', 'venv', venv]);
  }
  run(join(venv, 'bin', 'pip'), ['install', '--quiet', '--require-hashes', '-r', join(PUBLISHER, 'requirements.txt')]);
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
  return 'sources, javadoc and all required pom elements; the workflow signs them';
}

/** Returns the only file of a target whose name matches a pattern. */
function only(target: string, pattern: RegExp): string {
  const found = readdirSync(join(DIST, target), { recursive: true, encoding: 'utf8' }).filter((file) => pattern.test(file));
  if (found.length !== 1) {
    throw new Error(`dist/${target} has ${found.length} files that match ${pattern}: run npm run package`);
  }
  return join(DIST, target, found[0]);
}

process.exitCode = holds(CHECKS) ? 0 : 1;
