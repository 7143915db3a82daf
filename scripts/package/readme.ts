import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';

const ROOT = join(__dirname, '..', '..');

/**
 * Makes the links of the README in the packages absolute.
 *
 * Relative links and images do not work on PyPI and in the Go documentation. The README in the compiled assembly is changed,
 * not the file.
 */
export function packReadme(): void {
  const file = join(ROOT, '.jsii');
  const assembly = JSON.parse(readFileSync(file, 'utf8'));
  assembly.readme.markdown = withAbsoluteLinks(assembly.readme.markdown, assembly.repository.url);
  writeFileSync(file, JSON.stringify(assembly, undefined, 2));
}

/** Replaces relative links with links to the branch `main` of a repository on GitHub. */
export function withAbsoluteLinks(markdown: string, repository: string): string {
  const url = repository.replace(/^git\+/, '').replace(/\.git$/, '');
  return markdown.replace(/(!?)\[([^\]]*)\]\((?!https?:|#)([^)]+)\)/g, (_, image, label, path) =>
    // GitHub redirects from `blob` to `tree` if the path is a folder. Images need the raw file.
    `${image}[${label}](${url}/${image ? 'raw' : 'blob'}/main/${path})`);
}
