import { readdirSync, readFileSync } from 'fs';
import { relative } from 'path';
import { configsOfExamples, recommendedFlags, withFlags } from '../../scripts/examples/flags';
import { EXAMPLES } from '../../scripts/examples/synth';

// If this fails, run scripts/examples/flags.ts.
test.each(configsOfExamples().map((file) => [relative(EXAMPLES, file), file]))('%s has the feature flags that the installed CDK CLI recommends', (_, file) => {
  const { context } = JSON.parse(readFileSync(file, 'utf8'));
  expect(Object.fromEntries(Object.entries(context).filter(([name]) => name.startsWith('@aws-cdk')))).toEqual(recommendedFlags());
});

test('every example has a cdk.json', () => {
  const folders = readdirSync(EXAMPLES, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect(configsOfExamples().map((file) => relative(EXAMPLES, file))).toEqual(folders.map((name) => `${name}/cdk.json`));
});

test('the recommended flags replace others, and all other settings stay', () => {
  const config = { app: 'node app.js', context: { 'domainId': 'd-1', '@aws-cdk/core:old': true, '@aws-cdk/core:new': false } };
  expect(withFlags(config, { '@aws-cdk/core:new': true })).toEqual({ app: 'node app.js', context: { 'domainId': 'd-1', '@aws-cdk/core:new': true } });
});
