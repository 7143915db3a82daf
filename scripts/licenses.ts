import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import type { Metafile } from 'esbuild';

const ROOT = join(__dirname, '..');
/** A licence under which code may be part of a package that is Apache-2.0. */
const ALLOWED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];
/** The folder of a package that a bundled module is in. */
const PACKAGE = /^(?<folder>.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/**
 * Names, versions and licences of all packages that a bundle has code of, as a text to ship with it.
 *
 * @param metafile what esbuild says of the bundle
 * @throws if one has no licence text, or a licence that is not known to allow this
 */
export function thirdPartyLicenses({ outputs }: Pick<Metafile, 'outputs'>, root: string = ROOT): string {
  const modules = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs)).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const folders = new Set(modules.flatMap(([file]) => PACKAGE.exec(file)?.groups?.folder ?? []));
  // Most packages share one text: it is given once, with all that it is for.
  const texts = new Map<string, string[]>();
  for (const folder of [...folders].sort()) {
    const { title, text } = licenseOf(join(root, folder));
    texts.set(text, [...texts.get(text) ?? [], title]);
  }
  const sections = [...texts].map(([text, titles]) => `${titles.map((title) => `- ${title}`).join('\n')}\n\n${text}`);
  return `${['This package has code of the following packages in it.', ...sections].join('\n\n----\n\n')}\n`;
}

function licenseOf(folder: string): { title: string; text: string } {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const title = `${name} ${version} (${license})`;
  if (!ALLOWED.includes(license)) {
    throw new Error(`${title} is bundled and its licence is not known to allow that: use ${ALLOWED.join(', ')}`);
  }
  // A notice has to go along with an Apache licence.
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)(\.|$)/i.test(file)).sort();
  if (!files.some((file) => /^licen/i.test(file))) {
    throw new Error(`${title} is bundled and has no licence text`);
  }
  return { title, text: files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n') };
}
