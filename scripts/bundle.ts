import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'fs';
import { join } from 'path';
import { build } from 'esbuild';
import { thirdPartyLicenses } from './licenses';

const ROOT = join(__dirname, '..');
const SOURCES = join(ROOT, 'src', 'provider', 'handler');
/** The folders and files of the handler and of the modules that it shares with the constructs. */
const WATCHED = ['src/provider/handler', 'src/provider/kinds', 'src/private/alias-range.ts', 'src/private/help.ts'];
/** The folder that becomes the code of the Lambda function. */
export const BUNDLE = join(ROOT, 'assets', 'provider', 'handler');
const FILE = join(BUNDLE, 'index.js');
/** Part of the package, but not of the function. jsii includes a file with this name in the packages for other languages. */
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
    // Converts dynamic imports to require(), because the first import() loads the whole ES module loader of Node.js.
    supported: { 'dynamic-import': false },
    target: 'node20',
    // Prefers ES modules, which can be tree-shaken, over CommonJS.
    mainFields: ['module', 'main'],
    // In the Lambda runtime, loaded when they are first needed.
    external: ['@aws-sdk/client-cloudformation', '@aws-sdk/client-ecr', '@aws-sdk/client-iam', '@aws-sdk/client-sns'],
    // Lambda provides credentials in environment variables. The other providers add 40 kB and a third of the cold start.
    alias: {
      '@aws-sdk/credential-provider-node': join(SOURCES, 'service', 'environment-credentials.ts'),
      // It sends and returns JSON as it is. The protocols of the SDK, which convert it, add 10 kB to the zip file.
      '@aws-sdk/core/protocols': join(SOURCES, 'service', 'json-protocol.ts'),
      // The callers decide about retries. Those of the SDK add 5 kB to the zip file.
      '@smithy/core/retry': join(SOURCES, 'service', 'no-retries.ts'),
      // No operation that the handler calls uses event streams, which add 7 kB to the zip file.
      '@smithy/core/event-streams': join(SOURCES, 'service', 'no-event-streams.ts'),
    },
    // They are in NOTICE.
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
  });
  const unwatched = unwatchedInputs(Object.keys(metafile.inputs));
  if (unwatched.length > 0) {
    throw new Error(`the handler imports ${unwatched.join(', ')}: move these modules to ${WATCHED.join(' or ')}`);
  }
  writeFileSync(LICENSES, thirdPartyLicenses(metafile));
}

/** Bundles the handler if there is no bundle, or if one of its inputs is newer. */
export async function ensureBundle(): Promise<void> {
  if (isStale([FILE, LICENSES], [__filename, join(ROOT, 'package-lock.json'), ...WATCHED.map((path) => join(ROOT, path))])) {
    await bundle();
  }
}

/**
 * Whether one of the output files does not exist or is older than one of the inputs.
 *
 * @param inputs files and folders, which include all of their files
 */
export function isStale(outputs: string[], inputs: string[]): boolean {
  return !outputs.every(existsSync) || Math.max(...inputs.map(newestIn)) > Math.min(...outputs.map((output) => statSync(output).mtimeMs));
}

/** Returns the modification time of a file, or the latest one in a folder. A folder also changes if files are added or removed. */
function newestIn(path: string): number {
  const stats = statSync(path);
  return Math.max(stats.mtimeMs, ...stats.isDirectory() ? readdirSync(path).map((name) => newestIn(join(path, name))) : []);
}

/** Returns the source files of a bundle that are not watched: after a change to them, the old bundle would be deployed. */
export function unwatchedInputs(inputs: string[]): string[] {
  return inputs.filter((input) => input.startsWith('src/') && !WATCHED.some((path) => input === path || input.startsWith(`${path}/`)));
}

if (require.main === module) {
  void bundle();
}
