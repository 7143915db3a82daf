import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';

const ROOT = join(__dirname, '..', '..');
const page = readFileSync(join(ROOT, 'docs', 'troubleshooting.md'), 'utf8');
const sections = page.split(/^##+ /m).slice(1).map((section) => {
  const [heading, ...lines] = section.split('\n');
  return { heading, lines };
});

/** All messages in the source: strings that are joined by `+` are one string, and `${...}` ends a part of it. */
const source = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join(ROOT, 'src', file), 'utf8').replace(/['`"]\s*\+\s*['`"]/g, ''))
  .join('\n');

/** The headings that messages link to: of warnings, of errors of `cdk synth`, and of failures of the Lambda function. */
const links = [...source.matchAll(/(?:\bwarn\([^'\n]*|\bwarnOfMissingPermissions\(\{\s*id: |\bsee\(|\bhelp(?: =|:) |\bfalse, )'([^'\n]+)'/g)].map(([, heading]) => heading);

/** The messages that a paragraph or an item of a list starts with, set as code and followed by a colon. */
function messagesIn(line: string): string[] {
  const [start] = /^(?:- )?`[^`]+`(?:(?:, | and )`[^`]+`)*:/.exec(line) ?? [''];
  return [...start.matchAll(/`([^`]+)`/g)].map(([, message]) => message);
}

describe('docs/troubleshooting.md', () => {
  test.each(sections.filter(({ heading }) => /^\w+$/.test(heading)))('explains the warning $heading in at least two sentences', ({ lines }) => {
    expect(lines.join('\n').match(/\.(?=\s)/g)?.length ?? 0).toBeGreaterThanOrEqual(2);
  });

  test('lists the warnings in alphabetical order', () => {
    const ids = sections.map(({ heading }) => heading).filter((heading) => /^\w+$/.test(heading));
    expect(ids).toEqual([...ids].sort());
  });

  test('explains the warnings that README.md lists', () => {
    const ids = sections.map(({ heading }) => heading).filter((heading) => /^\w+$/.test(heading));
    const table = readFileSync(join(ROOT, 'README.md'), 'utf8').split('| Id (after `cdk-sagemaker-images:`)')[1].split('\n\n')[0];
    expect([...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, id]) => id).sort()).toEqual(ids);
  });

  test('has a heading for each link', () => {
    expect(links.filter((link) => !sections.some(({ heading }) => heading === link))).toEqual([]);
  });

  test('has no warning that does not exist', () => {
    expect(sections.map(({ heading }) => heading).filter((heading) => /^\w+$/.test(heading) && !links.includes(heading))).toEqual([]);
  });

  const messages = sections.flatMap(({ heading, lines }) => lines.flatMap(messagesIn).map((message) => ({ heading, message })));

  test('quotes messages', () => {
    expect(messages.length).toBeGreaterThan(15);
  });

  test('quotes only messages of the library as code', () => {
    expect(messages.filter(({ message }) => !source.includes(message))).toEqual([]);
  });

  test('is linked from all errors that it explains, except those of the CDK and of CloudFormation', () => {
    const headings = sections.map(({ heading }) => heading);
    const errors = headings.slice(headings.indexOf('Errors of cdk synth') + 1, headings.indexOf('Rollbacks that end badly'));
    expect(errors.filter((heading) => !links.includes(heading))).toEqual([
      'The context value is missing', 'The validation engine of the CDK', 'A version number as a string',
      'Errors of the deployment', 'The name already exists',
    ]);
  });
});
