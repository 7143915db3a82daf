import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';

const ROOT = join(__dirname, '..', '..');

/**
 * Lets the README that goes into the packages link to the repository.
 *
 * PyPI and the Go documentation show it far from here, where relative links and pictures lead nowhere; npm knows itself
 * what they mean. The text is in the compiled assembly, so that the file stays as it is.
 */
export function packReadme(): void {
  const file = join(ROOT, '.jsii');
  const assembly = JSON.parse(readFileSync(file, 'utf8'));
  assembly.readme.markdown = withAbsoluteLinks(assembly.readme.markdown, assembly.repository.url);
  writeFileSync(file, JSON.stringify(assembly, undefined, 2));
}

/** The same text with links to the branch `main` of a repository on GitHub. */
export function withAbsoluteLinks(markdown: string, repository: string): string {
  const url = repository.replace(/^git\+/, '').replace(/\.git$/, '');
  return markdown.replace(/(!?)\[([^\]]*)\]\((?!https?:|#)([^)]+)\)/g, (_, image, text, path) =>
    // GitHub leads from `blob` to `tree` where the path is a folder; pictures have to come as they are.
    `${image}[${text}](${url}/${image ? 'raw' : 'blob'}/main/${path})`);
}
