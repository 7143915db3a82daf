import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { Annotations, App, Stack } from 'aws-cdk-lib';
import { Annotations as Found, Match } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { helpFor, warn } from '../../src/private/warnings';

const ROOT = join(__dirname, '..', '..');

describe('a warning', () => {
  test('links to the page that explains it', () => {
    const stack = new Stack(new App(), 'Stack');
    warn(stack, 'grantDropped', 'nothing was granted');

    expect(Found.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => entry.data)).toEqual([
      'nothing was granted. See https://github.com/cdk-sagemaker-images/cdk-sagemaker-images/blob/main/docs/troubleshooting.md#grantdropped '
      + '[ack: cdk-sagemaker-images:grantDropped]',
    ]);
  });

  test('links to a heading of several words as GitHub does', () => {
    expect(helpFor('A stack accepts no assets')).toMatch(/#a-stack-accepts-no-assets$/);
  });

  test('can be acknowledged on its stack, even before it is found during synth', () => {
    const stack = new Stack(new App(), 'Stack');
    const construct = new Construct(stack, 'Construct');
    Annotations.of(stack).acknowledgeWarning('cdk-sagemaker-images:grantDropped', 'the owner grants it');
    construct.node.addValidation({ validate: () => { warn(construct, 'grantDropped', 'nothing was granted'); return []; } });

    expect(Found.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });

  test('has a heading on that page', () => {
    const page = readFileSync(join(ROOT, 'docs', 'troubleshooting.md'), 'utf8');
    const headings = [...page.matchAll(/^##+ (.+)$/gm)].map(([, heading]) => heading);
    const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const ids = sources.flatMap((file) => [
      ...readFileSync(join(ROOT, 'src', file), 'utf8').matchAll(/\b(?:warn\([^'\n]*|helpFor\(|warnOfMissingPermissions\(\{\s*id: )'([^'\n]+)'/g),
    ].map(([, id]) => id));

    expect(ids.length).toBeGreaterThan(5);
    expect(ids.filter((id) => !headings.includes(id))).toEqual([]);
    // Other headings are for errors, not all of which link to them.
    expect(headings.filter((heading) => /^\w+$/.test(heading)).sort()).toEqual([...new Set(ids)].filter((id) => /^\w+$/.test(id)).sort());
  });
});
