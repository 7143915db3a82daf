import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { CfnResource } from 'aws-cdk-lib';
import * as library from 'cdk-sagemaker-images';
import { stackIn } from '../helpers/fixtures';

const PAGE = readFileSync(join(__dirname, '..', '..', 'docs', 'releasing-images.md'), 'utf8');
/** The snippets of the page, which the compiler checks with the tests. */
const FILE = join(__dirname, 'releasing-images-snippets.ts');

const CDK = {
  cloudwatch: 'aws_cloudwatch as cloudwatch', sns: 'aws_sns as sns', subscriptions: 'aws_sns_subscriptions as subscriptions', CfnOutput: 'CfnOutput', Duration: 'Duration', Fn: 'Fn',
};
/** What the snippets use without a declaration of their own. */
const GIVEN = {
  repository: 'ecr.IRepository', image: 'Image', version: 'ImageVersion', executionRole: 'iam.IRole',
};

const sections = PAGE.split(/^## /m).slice(1).map((text) => {
  const [heading] = text.split('\n');
  return { heading, snippets: [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code) };
});

/** Renders all snippets, each in a function of its own. */
function render(): string {
  const code = sections.flatMap(({ snippets }) => snippets).join('\n');
  const isUsed = (name: string) => new RegExp(`\\b${name}\\b`).test(code);
  const ofCdk = ['App', 'aws_ecr as ecr', 'aws_iam as iam', ...Object.entries(CDK).filter(([name]) => isUsed(name)).map(([, imported]) => imported), 'Stack'];
  const ofLibrary = [...new Set([...Object.keys(library), 'Image', 'ImageVersion'])].filter((name) => isUsed(name) || name === 'Image').sort();
  const declared = /^declare const (\w+): (.+);\n/gm;
  const functions = sections.flatMap(({ heading, snippets }) => snippets.map((snippet, index) => {
    const own = [...snippet.matchAll(declared)].map(([, name, type]) => [name, type] as const);
    const used = [...own, ...Object.entries(GIVEN)].filter(([name]) => new RegExp(`\\b${name}\\b`).test(snippet) && !new RegExp(`^const ${name}\\b`, 'm').test(snippet));
    const given = used.map(([name, type]) => `, ${name}: ${type}`).join('');
    const name = `${heading.toLowerCase().replace(/\W+(\w?)/g, (_, next: string) => next.toUpperCase())}${index + 1}`;
    const names = [...used.map(([one]) => one), ...[...snippet.matchAll(/^const (\w+)/gm)].map(([, one]) => one)];
    const body = snippet.replace(declared, '').replace(/^(?=.)/gm, '  ');
    return `export function ${name}(this: Stack${given}): void {\n${body}  void [${names.join(', ')}];\n}\n`;
  }));
  return [
    '/* eslint-disable */',
    '// The snippets of docs/releasing-images.md. Run the test of this folder with UPDATE_SNIPPETS=1 to write them again.',
    `import { ${ofCdk.filter((name) => name !== 'App').join(', ')} } from 'aws-cdk-lib';`,
    `import { ${ofLibrary.join(', ')} } from 'cdk-sagemaker-images';`,
    '',
    ...functions,
  ].join('\n');
}

test('each section of the guide has a snippet', () => {
  expect(sections.length).toBeGreaterThan(8);
  expect(sections.filter(({ snippets }) => snippets.length === 0)).toEqual([]);
});

test('the snippets are those that are compiled', () => {
  if (process.env.UPDATE_SNIPPETS) {
    writeFileSync(FILE, render());
  }
  expect(readFileSync(FILE, 'utf8')).toBe(render());
});

test.each(['README.md', 'docs/releasing-images.md'])('the command in %s finds the log group of the function, and no other', (document) => {
  const page = readFileSync(join(__dirname, '..', '..', document), 'utf8');
  const [, prefix] = /starts_with\(LogicalResourceId, '(\w+)'\)/.exec(page)!;
  const stack = stackIn();
  new library.ImageVersionFailures(stack, 'Failures');
  const resources = stack.node.findAll().filter(CfnResource.isCfnResource);
  expect(resources.filter((resource) => stack.getLogicalId(resource).startsWith(prefix)).map(({ cfnResourceType }) => cfnResourceType)).toEqual(['AWS::Logs::LogGroup']);
});
