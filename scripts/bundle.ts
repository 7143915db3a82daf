import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'fs';
import { join } from 'path';
import { build } from 'esbuild';
import { thirdPartyLicenses } from './licenses';

const ROOT = join(__dirname, '..');
const SOURCES = join(ROOT, 'src', 'provider', 'handler');
/** The folders of the handler, and of what it shares with the constructs. */
const WATCHED = ['src/provider/handler', 'src/provider/kinds'];
/** The folder that becomes the code of the Lambda function. */
export const BUNDLE = join(ROOT, 'assets', 'provider', 'handler');
const FILE = join(BUNDLE, 'index.js');
/** Ships in the package, and not with the function. jsii takes a file of this name along to other languages. */
const LICENSES = join(ROOT, 'NOTICE');

/** Bundles the Lambda handler into one minified file. */
export async function bundle(): Promise<void> {
  rmSync(BUNDLE, { recursive: true, force: true });
  mkdirSync(BUNDLE, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [join(SOURCES, 'index.ts')],
    outfile: FILE,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    // What would be imported late is required late: the first import() loads all of Node's module loader.
    supported: { 'dynamic-import': false },
    target: 'node20',
    // The modules, which can be thinned out, before the CommonJS that node would take.
    mainFields: ['module', 'main'],
    // Lambda has its credentials in the environment: the other places to look for them are 40 kB and a third of the start.
    alias: {
      '@aws-sdk/credential-provider-node': join(SOURCES, 'service', 'environment-credentials.ts'),
      // No operation that is called streams events: 7 kB of the zip.
      '@smithy/core/event-streams': join(SOURCES, 'service', 'no-event-streams.ts'),
    },
    // They are in a file of their own.
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
  });
  const unwatched = unwatchedInputs(Object.keys(metafile.inputs));
  if (unwatched.length > 0) {
    throw new Error(`the handler imports ${unwatched.join(', ')}: move that to ${WATCHED.join(' or ')}`);
  }
  writeFileSync(LICENSES, thirdPartyLicenses(metafile));
}

/** Bundles the handler if there is no bundle, or one that is older than what it is made of. */
export async function ensureBundle(): Promise<void> {
  if (isStale([FILE, LICENSES], [__filename, join(ROOT, 'package-lock.json'), ...WATCHED.map((folder) => join(ROOT, folder))])) {
    await bundle();
  }
}

/**
 * Whether one of the output files does not exist, or is older than one of the inputs.
 *
 * @param inputs files, and folders with everything in them
 */
export function isStale(outputs: string[], inputs: string[]): boolean {
  return !outputs.every(existsSync) || Math.max(...inputs.map(newestIn)) > Math.min(...outputs.map((output) => statSync(output).mtimeMs));
}

/** A folder is as new as the last file that came, changed or went in it. */
function newestIn(path: string): number {
  const stats = statSync(path);
  return Math.max(stats.mtimeMs, ...stats.isDirectory() ? readdirSync(path).map((name) => newestIn(join(path, name))) : []);
}

/** The inputs of a bundle that are ours and whose changes would not be noticed: the former bundle would be deployed. */
export function unwatchedInputs(inputs: string[]): string[] {
  return inputs.filter((input) => input.startsWith('src/') && !WATCHED.some((folder) => input.startsWith(`${folder}/`)));
}

if (require.main === module) {
  void bundle();
}
