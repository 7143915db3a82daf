import { join } from 'path';
import { build, Plugin } from 'esbuild';
import { readAssembly } from './docstrings';

const ROOT = join(__dirname, '..');

/**
 * Makes one file of the compiled library, `lib/index.js`, which loads of itself what an app touches.
 *
 * Node takes half a millisecond to find and to read a file, and nearly as much to find aws-cdk-lib anew for each of them;
 * there were fifty (bench/README.md).
 */
export async function bundleLibrary(): Promise<void> {
  const exported = Object.values(readAssembly().types ?? {}).filter(({ kind }) => kind !== 'interface')
    .map(({ name, symbolId }) => ({ name, file: symbolId!.split(':')[0].replace(/^src/, '.') }));
  await build({
    absWorkingDir: ROOT,
    stdin: {
      contents: [
        "Object.defineProperty(exports, '__esModule', { value: true });",
        'const lazy = (name, load) => Object.defineProperty(exports, name, { enumerable: true, get: () => load()[name] });',
        ...exported.map(({ name, file }) => `lazy('${name}', () => require('${file}'));`),
      ].join('\n'),
      resolveDir: join(ROOT, 'lib'),
    },
    outfile: join(ROOT, 'lib', 'index.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    // Not minified: node prints the line that throws.
    keepNames: true,
    plugins: [REQUIRED_ONCE],
    // From this Node knows what an ES module can import by name.
    footer: { js: `0 && (module.exports = { ${exported.map(({ name }) => name).join(', ')} });` },
    logLevel: 'warning',
  });
}

/** All modules share one `require()` of each peer. */
const REQUIRED_ONCE: Plugin = {
  name: 'required once',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^(aws-cdk-lib|constructs)$/ }, ({ path, namespace }) => namespace === 'peer' ? { external: true } : { path, namespace: 'peer' });
    onLoad({ filter: /./, namespace: 'peer' }, ({ path }) => ({ contents: `module.exports = require('${path}');` }));
  },
};

if (require.main === module) {
  void bundleLibrary();
}
