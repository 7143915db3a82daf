import { createHash } from 'crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { DIST, Project } from './project';
import { documentedRows, measuredRows, outdatedRows } from '../../scripts/sizes';

const REPOSITORY = join(__dirname, '..', '..');
const TSC = join(REPOSITORY, 'node_modules', '.bin', 'tsc');
const CACHE = join(REPOSITORY, '.build', 'cache');
const TARBALL = join(DIST, 'js', readdirSync(join(DIST, 'js')).find((file) => file.endsWith('.tgz'))!);

/** The lowest supported CDK release, and the newest that the unit tests use. */
const { devDependencies: cdks } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8'));
const LOWEST = { 'aws-cdk-lib': cdks['aws-cdk-lib'], 'constructs': cdks.constructs };
const NEWEST = { 'aws-cdk-lib': cdks['aws-cdk-lib-newest'].split('@').pop(), 'constructs': cdks['constructs-newest'].split('@').pop() };

/** A folder outside the repository, so that the repository's node_modules is not found. */
let parent: string;
/** The package managers other than npm. */
let tools: Project;

beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'consumer-'));
  tools = new Project('package-managers', ['test/languages/package-managers']);
  await tools.must('npm install --no-package-lock --ignore-scripts --no-audit');
});

afterAll(() => rmSync(parent, { recursive: true, force: true }));

/** Creates a user's project with the package as a tarball. */
function consumer(name: string, versions = LOWEST): Project {
  const project = new Project(name, ['test/languages/consumer'], parent);
  // The name changes with each build, because yarn caches tarballs by file name.
  const tarball = `library-${createHash('sha256').update(readFileSync(TARBALL)).digest('hex')}.tgz`;
  cpSync(TARBALL, join(project.folder, tarball));
  const dependencies = { 'cdk-sagemaker-images': `file:./${tarball}`, ...versions };
  writeFileSync(join(project.folder, 'package.json'), JSON.stringify({ name: 'consumer', version: '1.0.0', private: true, dependencies }));
  return project;
}

describe('the npm package', () => {
  test('contains only the library', async () => {
    const files = (await tools.must(`tar tzf ${TARBALL}`)).trim().split('\n').map((file) => file.replace(/^package\//, ''));
    const declarations = /^lib\/(?!provider\/handler\/).*(?<!\.(test|spec))\.d\.ts$/;
    const others = ['.jsii', 'CHANGELOG.md', 'LICENSE', 'NOTICE', 'README.md', 'assets/provider/handler/index.js', 'lib/index.js', 'package.json'];
    expect(files.filter((file) => !declarations.test(file)).sort()).toEqual(others);
  });

  test('is small', () => {
    // Nearly half of it is the jsii assembly, which grows with each docstring: five languages take their documentation from there.
    expect(statSync(TARBALL).size).toBeLessThan(320_000);
  });

  test('has no source maps in its files', async () => {
    expect(await tools.must(`tar xOzf ${TARBALL} --wildcards '*.js' | grep -c sourceMappingURL || true`)).toBe('0\n');
  });
});

test('the sizes of all packages are those in bench/README.md', () => {
  expect(measuredRows().length).toBeGreaterThan(0);
  expect(outdatedRows(measuredRows(), documentedRows())).toEqual([]);
});

describe('an app with the npm package', () => {
  test.each([
    ['lowest', LOWEST],
    ['newest', NEWEST],
  ])('installed by npm with the %s CDK runs as CommonJS and as an ES module, and compiles with moduleResolution node and bundler', async (name, cdk) => {
    const project = consumer(`npm-${name}`, cdk);
    await project.must('npm install --no-audit --no-fund --prefer-offline');
    expect(await project.must('node app.cjs && node app.mjs')).toBe('synthesized\nsynthesized\n');
    // Without skipLibCheck, which new CDK apps use, so that the declarations of the package are checked too. This requires the
    // library with Disposable for aws-cdk-lib 2.276.
    const compile = `${TSC} --noEmit --strict --target es2022 --lib es2022,dom,esnext.disposable --ignoreDeprecations 6.0`;
    expect(await project.run(`${compile} --module commonjs --moduleResolution node10 app.ts`)).toEqual({ ok: true, output: '' });
    expect(await project.run(`${compile} --module esnext --moduleResolution bundler app.ts`)).toEqual({ ok: true, output: '' });
  }, 600_000);

  test('can use every class and enum of the API first', async () => {
    const project = consumer('exports');
    await project.must('npm install --no-audit --no-fund --prefer-offline');
    const { types } = JSON.parse(readFileSync(join(project.folder, 'node_modules', 'cdk-sagemaker-images', '.jsii'), 'utf8')) as {
      types: Record<string, { kind: string; name: string }>;
    };
    const names = Object.values(types).filter(({ kind }) => kind !== 'interface').map(({ name }) => name).sort();
    expect(names).toContain('Image');
    expect(await project.must('node exports.cjs')).toBe(names.join(' ') + '\n');
  });

  test('installed by pnpm runs', async () => {
    const project = consumer('pnpm');
    const pnpm = join(tools.folder, 'node_modules', 'pnpm', 'bin', 'pnpm.cjs');
    await project.must(`node ${pnpm} install --no-frozen-lockfile --ignore-scripts --store-dir ${CACHE}/pnpm`);
    expect(await project.must('node app.cjs && node app.mjs')).toBe('synthesized\nsynthesized\n');
  });

  test('installed by yarn runs', async () => {
    const project = consumer('yarn');
    const yarn = join(tools.folder, 'node_modules', 'yarn', 'bin', 'yarn.js');
    await project.must(`node ${yarn} install --registry $(npm config get registry) --cache-folder ${CACHE}/yarn`);
    expect(await project.must('node app.cjs && node app.mjs')).toBe('synthesized\nsynthesized\n');
  });

  test('installed by yarn without node_modules runs', async () => {
    const project = consumer('yarn-pnp');
    // With a lock file, it is a separate project, regardless of its parent folders.
    writeFileSync(join(project.folder, 'yarn.lock'), '');
    const yarn = `node ${join(tools.folder, 'node_modules', '@yarnpkg', 'cli-dist', 'bin', 'yarn.js')}`;
    const env = { YARN_GLOBAL_FOLDER: join(CACHE, 'yarn-berry'), YARN_ENABLE_IMMUTABLE_INSTALLS: 'false', YARN_ENABLE_TELEMETRY: 'false', YARN_ENABLE_SCRIPTS: 'false' };
    await project.must(`YARN_NPM_REGISTRY_SERVER=$(npm config get registry) ${yarn} install`, env);
    expect(await project.must(`${yarn} node app.cjs && ${yarn} node app.mjs`, env)).toBe('synthesized\nsynthesized\n');
  });
});
