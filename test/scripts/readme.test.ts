import { existsSync, readFileSync } from 'fs';
import { join } from 'path';
import { withAbsoluteLinks } from '../../scripts/package/readme';

const ROOT = join(__dirname, '..', '..');
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const targetsIn = (markdown: string) => [...markdown.matchAll(/\]\((?<target>[^)]+)\)/g)].map(({ groups }) => groups!.target);
const isRelative = (target: string) => !/^(https:\/\/|#)/.test(target);

describe('README.md', () => {
  test('links to files that are there', () => {
    const paths = targetsIn(readme).filter(isRelative).map((target) => target.replace(/#.*/, ''));
    expect(paths.length).toBeGreaterThan(10);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  test('has no relative link in a package', () => {
    expect(targetsIn(withAbsoluteLinks(readme, manifest.repository.url)).filter(isRelative)).toEqual([]);
  });

  test('says how each package is installed', () => {
    const { targets } = manifest.jsii;
    expect(readme).toContain(`npm install ${manifest.name}`);
    expect(readme).toContain(`pip install ${targets.python.distName}`);
    expect(readme).toContain(`${targets.java.maven.groupId}:${targets.java.maven.artifactId}`);
    expect(readme).toContain(`dotnet add package ${targets.dotnet.packageId}`);
    expect(readme).toContain(`go get ${targets.go.moduleName}/`);
  });
});

test('links of a README become absolute, pictures raw, and others stay', () => {
  expect(withAbsoluteLinks('[a](docs/a.md#b) ![p](docs/p.svg) [c](#c) [d](https://aws.amazon.com)', 'https://github.com/o/r.git'))
    .toBe('[a](https://github.com/o/r/blob/main/docs/a.md#b) ![p](https://github.com/o/r/raw/main/docs/p.svg) [c](#c) [d](https://aws.amazon.com)');
});
