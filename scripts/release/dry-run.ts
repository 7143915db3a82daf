/**
 * `npm run release:dry-run`: everything of a release but the publishing, on the packages in dist/.
 *
 * Says what the next version would be, and judges each package by what its registry asks for.
 */
import { spawnSync } from 'child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { withCaches } from '../package/caches';
import { missingTools } from '../package/targets';

const ROOT = join(__dirname, '..', '..');
const DIST = join(ROOT, 'dist');
/** What Maven Central wants to be told. */
const POM_ELEMENTS = ['name', 'description', 'url', 'licenses', 'developers', 'scm'];

/** One thing that a release needs. */
interface Step {
  readonly name: string;
  /** Throws if it does not hold, `Skipped` if that cannot be told; what it returns is shown. */
  readonly check: () => string;
  /** Why it cannot be checked here. */
  readonly skip?: string;
}

class Skipped extends Error {}

const STEPS: Step[] = [
  { name: 'version', check: nextVersion },
  { name: 'audit', check: audit },
  { name: 'npm', check: () => run('npm', ['publish', '--dry-run', '--ignore-scripts', only('js', /\.tgz$/)]).match(/total files: +\d+/i)?.[0] ?? '' },
  { name: 'PyPI', check: () => twine(), skip: unless('python') },
  { name: 'Maven Central', check: mavenCentral, skip: unless('java') },
  { name: 'Go', check: () => run('go', ['vet', './...'], join(DIST, 'go', 'cdksagemakerimages'), { GOFLAGS: '-mod=mod -modcacherw' }), skip: unless('go') },
  { name: 'NuGet', check: () => only('dotnet', /\.nupkg$/), skip: unless('dotnet') },
];

/** What the release workflow would find: in a copy, since the version goes into package.json. */
function nextVersion(): string {
  const copy = mkdtempSync(join(tmpdir(), 'release-'));
  try {
    run('git', ['clone', '--quiet', ROOT, copy]);
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    run('npx', ['projen', 'bump'], copy, { RELEASE: 'true', MAJOR: '0' });
    return readFileSync(join(copy, 'dist', 'version.txt'), 'utf8').trim();
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Known weaknesses in the packages that are bundled, by the list that ships. */
function audit(): string {
  const listed = readFileSync(join(ROOT, 'THIRD-PARTY-LICENSES'), 'utf8').matchAll(/^- (?<name>\S+) (?<version>\S+) \(/gm);
  const dependencies = Object.fromEntries([...listed].map(({ groups }) => [groups!.name, groups!.version]));
  const folder = mkdtempSync(join(tmpdir(), 'audit-'));
  try {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'bundled', version: '1.0.0', dependencies }));
    run('npm', ['install', '--package-lock-only', '--ignore-scripts'], folder);
    const { status, stdout, stderr } = spawnSync('npm', ['audit'], { cwd: folder, encoding: 'utf8', timeout: 60_000 });
    if (/audit endpoint returned an error/.test(stderr)) {
      throw new Skipped('the registry answers no audits');
    }
    if (status !== 0) {
      throw new Error(`${stdout}${stderr}`);
    }
    return `${Object.keys(dependencies).length} packages are bundled: ${stdout}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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

function unless(target: 'python' | 'java' | 'go' | 'dotnet'): string | undefined {
  const missing = missingTools(target);
  return missing.length > 0 ? `${missing.join(' and ')} not found` : undefined;
}

function run(command: string, args: string[], cwd: string = ROOT, env: NodeJS.ProcessEnv = {}): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env: { ...withCaches(), ...env }, encoding: 'utf8', timeout: 600_000 });
  if (status !== 0) {
    throw new Error(`${command} ${args.join(' ')} failed\n${stdout}${stderr}`);
  }
  return `${stdout}${stderr}`;
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
