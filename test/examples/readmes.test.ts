import { existsSync, readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { STEPS } from '../../scripts/demo/quickstart';
import { EXAMPLES } from '../../scripts/examples/synth';
import { releasesIn } from '../languages/example';

test('every example has a README', () => {
  const folders = readdirSync(EXAMPLES, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect(folders.filter((name) => !existsSync(join(EXAMPLES, name, 'README.md')))).toEqual([]);
});

test('the README of the quickstart has the commands of all releases, which `npm run demo` runs', () => {
  expect(releasesIn({ read: (file) => readFileSync(join(EXAMPLES, 'quickstart', file), 'utf8') })).toEqual(STEPS.map(({ command }) => `npx ${command}`));
});
