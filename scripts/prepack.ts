/**
 * npm runs this script before it packs: it bundles the handler if necessary, and fails if the compiled library is missing or old.
 */
import { existsSync, readFileSync } from 'fs';
import { join } from 'path';
import { ensureBundle, isStale } from './bundle';

/** The outputs of the compilation. */
const COMPILED = ['.jsii', join('lib', 'index.js'), join('lib', 'index.d.ts')];

/** Returns why a folder cannot be packed, or undefined if it can. */
export function whyNotPackable(root: string): string | undefined {
  const outputs = COMPILED.map((file) => join(root, file));
  const missing = COMPILED.filter((_, index) => !existsSync(outputs[index]));
  if (missing.length > 0) {
    return `${missing.join(', ')} ${missing.length > 1 ? 'do' : 'does'} not exist`;
  }
  if (isStale(outputs, [join(root, 'src')])) {
    return 'lib/ is older than src/';
  }
  // The modules that it would load are not part of the package.
  return /require\(['"]\.\.?\//.test(readFileSync(join(root, 'lib', 'index.js'), 'utf8')) ? 'lib/index.js is not bundled' : undefined;
}

async function main(): Promise<void> {
  await ensureBundle();
  const problem = whyNotPackable(join(__dirname, '..'));
  if (problem) {
    console.error(`${problem}: run npx projen compile`);
    process.exitCode = 1;
  }
}

if (require.main === module) {
  void main();
}
