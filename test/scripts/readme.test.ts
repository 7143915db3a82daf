import { existsSync, readdirSync, readFileSync } from 'fs';
import { dirname, join } from 'path';
import { withAbsoluteLinks } from '../../scripts/package/readme';

const ROOT = join(__dirname, '..', '..');
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const targetsIn = (markdown: string) => [...markdown.matchAll(/\]\((?<target>[^)]+)\)/g)].map(({ groups }) => groups!.target);
const isRelative = (target: string) => !/^(https:\/\/|#)/.test(target);

describe('README.md', () => {
  test('has no relative links in a package', () => {
    expect(targetsIn(withAbsoluteLinks(readme, manifest.repository.url)).filter(isRelative)).toEqual([]);
  });

  test('begins with the status, the installation, an example, the requirements and two commands that need no account', () => {
    const inOrder = ['Nothing has run on a real AWS account', `npm install ${manifest.name}`, "from 'aws-cdk-lib';", 'npx cdk deploy',
      'You need Node.js', `git clone ${manifest.repository.url}`, 'npm ci && npm run demo', 'npm ci && npm test', '\n## '];
    const lineOf = (part: string) => readme.slice(0, readme.indexOf(part)).split('\n').length;
    const lines = inOrder.map(lineOf);
    expect(inOrder.filter((part) => !readme.includes(part))).toEqual([]);
    expect(lines).toEqual([...lines].sort((one, other) => one - other));
    expect(lineOf('npm ci && npm test')).toBeLessThanOrEqual(50);
  });

  test('explains how to install each package', () => {
    const { targets } = manifest.jsii;
    expect(readme).toContain(`npm install ${manifest.name}`);
    expect(readme).toContain(`pip install ${targets.python.distName}`);
    expect(readme).toContain(`${targets.java.maven.groupId}:${targets.java.maven.artifactId}`);
    expect(readme).toContain(`dotnet add package ${targets.dotnet.packageId}`);
    expect(readme).toContain(`go get ${targets.go.moduleName}/`);
  });
});

/** All documents except API.md, which has only internal links. */
const documents = ['.', 'bench', 'docs', 'emulator', 'examples']
  .flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: /docs|bench|examples/.test(folder), encoding: 'utf8' }).map((file) => join(folder, file)))
  .filter((file) => file.endsWith('.md') && file !== 'API.md' && !/cdk\.out|\.venv/.test(file));

/** Returns the anchors of the headings in a document, as GitHub generates them. */
function anchorsIn(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (?<heading>.+)$/gm)].map(({ groups }) => groups!.heading.toLowerCase().replace(/[^\w\- ]/g, '').replace(/ /g, '-'));
}

test.each(documents)('%s links to existing files and headings', (document) => {
  const markdown = readFileSync(join(ROOT, document), 'utf8');
  const missing = targetsIn(markdown).filter((target) => !target.startsWith('https://')).filter((target) => {
    const [path, anchor] = target.split('#');
    const file = path ? join(ROOT, dirname(document), path) : join(ROOT, document);
    return !existsSync(file) || (anchor && !anchorsIn(readFileSync(file, 'utf8')).includes(anchor));
  });
  expect(missing).toEqual([]);
});

test('docs and benchmarks refer to existing source files', () => {
  const named = documents.flatMap((document) => [...readFileSync(join(ROOT, document), 'utf8').matchAll(/`(?<path>(?:src|test|scripts|bench)\/[\w./-]+\.ts)`/g)])
    .map(({ groups }) => groups!.path);
  const path = [...readFileSync(join(ROOT, 'docs', 'architecture.md'), 'utf8').matchAll(/^\| \d+ \| `(?<file>[^`]+)`/gm)].map(({ groups }) => join('src', groups!.file));
  expect(path).toHaveLength(10);
  expect(named.length).toBeGreaterThan(10);
  expect([...named, ...path].filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

test('relative links become absolute, images link to the raw file, and other links do not change', () => {
  expect(withAbsoluteLinks('[a](docs/a.md#b) ![p](docs/p.svg) [c](#c) [d](https://aws.amazon.com)', 'https://github.com/o/r.git'))
    .toBe('[a](https://github.com/o/r/blob/main/docs/a.md#b) ![p](https://github.com/o/r/raw/main/docs/p.svg) [c](#c) [d](https://aws.amazon.com)');
});
