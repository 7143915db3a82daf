import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import type { Metafile } from 'esbuild';

const ROOT = join(__dirname, '..');
/** The licenses of code that an Apache-2.0 package may contain. */
const ALLOWED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];
/** Matches the package folder of a bundled module. */
const PACKAGE = /^(?<folder>.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/**
 * Renders the names, versions and licenses of all packages whose code is in a bundle.
 *
 * @param metafile esbuild's metadata of the bundle
 * @throws if a package has no license file, or a license that is not known to permit this
 */
export function thirdPartyLicenses({ outputs }: Pick<Metafile, 'outputs'>, root: string = ROOT): string {
  const modules = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs)).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const folders = new Set(modules.flatMap(([file]) => PACKAGE.exec(file)?.groups?.folder ?? []));
  // Many packages share a license text. Each text is rendered once, with all of its packages.
  const texts = new Map<string, string[]>();
  for (const folder of [...folders].sort()) {
    const { title, text } = licenseOf(join(root, folder));
    texts.set(text, [...texts.get(text) ?? [], title]);
  }
  const sections = [...texts].map(([text, titles]) => `${titles.map((title) => `- ${title}`).join('\n')}\n\n${text}`);
  return `${['This package contains code of the following packages.', ...sections].join('\n\n----\n\n')}\n`;
}

function licenseOf(folder: string): { title: string; text: string } {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const title = `${name} ${version} (${license})`;
  if (!ALLOWED.includes(license)) {
    throw new Error(`${title} is bundled, but its license is not known to permit that: use packages with ${ALLOWED.join(', ')}`);
  }
  // The Apache license requires that notices are included.
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)(\.|$)/i.test(file)).sort();
  if (!files.some((file) => /^licen/i.test(file))) {
    throw new Error(`${title} is bundled, but has no license file`);
  }
  return { title, text: files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n') };
}
