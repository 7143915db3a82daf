import { readFileSync } from 'fs';
import { join } from 'path';

const read = (...path: string[]) => readFileSync(join(__dirname, '..', '..', ...path), 'utf8');
const { devDependencies, engines, peerDependencies } = JSON.parse(read('package.json'));
/** Returns the columns of a row of a table, without the first one. */
const row = (markdown: string, name: string) => new RegExp(`^\\| ${name} \\| (.*) \\|$`, 'm').exec(markdown)?.[1].split(' | ');
const lowest = (range: string) => range.replace(/^(\^|>= )/, '');
const NODES = [...read('scripts', 'compat.ts').matchAll(/\b(\d\d): '\1\.\d+\.\d+'/g)].map(([, major]) => major);

test('docs/packages.md lists the lowest and the newest tested versions', () => {
  const page = read('docs', 'packages.md');
  expect(row(page, 'aws-cdk-lib')).toEqual([lowest(peerDependencies['aws-cdk-lib']), devDependencies['aws-cdk-lib-newest'].split('@').pop()]);
  expect(row(page, 'constructs')).toEqual([lowest(peerDependencies.constructs), devDependencies['constructs-newest'].split('@').pop()]);
  expect(row(page, 'Node\\.js')).toEqual([NODES[0], NODES.at(-1)]);
});

test('docs/packages.md lists the versions of aws-cdk-lib that the Python and Go examples use', () => {
  const [, python] = /Python uses aws-cdk-lib (\S+),/.exec(read('docs', 'packages.md'))!;
  const [, go] = /Go (\S+) \(the lowest\)/.exec(read('docs', 'packages.md'))!;
  expect(read('test', 'languages', 'python-constraints.txt')).toContain(`aws-cdk-lib==${python}\n`);
  expect(read('examples', 'go', 'go.mod')).toContain(`github.com/aws/aws-cdk-go/awscdk/v2 v${go}\n`);
});

test('the lowest versions are those that the tests use', () => {
  expect(devDependencies['aws-cdk-lib']).toBe(lowest(peerDependencies['aws-cdk-lib']));
  expect(devDependencies.constructs).toBe(lowest(peerDependencies.constructs));
  expect(NODES[0]).toBe(lowest(engines.node).split('.')[0]);
});

test('SUPPORT.md lists the lowest versions', () => {
  const page = read('SUPPORT.md');
  expect(row(page, 'aws-cdk-lib')?.[0]).toBe(lowest(peerDependencies['aws-cdk-lib']));
  expect(row(page, 'constructs')?.[0]).toBe(lowest(peerDependencies.constructs));
  expect(row(page, 'Node\\.js')).toEqual([NODES[0], NODES.slice(1).join(' or ')]);
});

test.each(['README.md', 'CONTRIBUTING.md'])('%s recommends the tested versions of Node.js above the lowest one', (document) => {
  expect(read(document)).toContain(`You need Node.js ${NODES.slice(1).join(' or ')}`);
});
