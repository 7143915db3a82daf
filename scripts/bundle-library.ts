import { existsSync, readdirSync, readFileSync, rmSync } from 'fs';
import { dirname, join } from 'path';
import { build, Plugin } from 'esbuild';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { readAssembly } from './docstrings';

const ROOT = join(__dirname, '..');

/**
 * Bundles the compiled library into one file, `lib/index.js`, which loads its modules lazily.
 *
 * Node.js takes half a millisecond to find and read a file, and nearly as long to resolve aws-cdk-lib for each of them. The
 * library had fifty files (bench/README.md).
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
    // Not minified, because Node.js prints the line that throws an error.
    keepNames: true,
    plugins: [REQUIRED_ONCE, WITHOUT_COMMENTS],
    // Node.js derives the named exports for ES modules from this line.
    footer: { js: `0 && (module.exports = { ${exported.map(({ name }) => name).join(', ')} });` },
    logLevel: 'warning',
  });
}

/** Removes the declarations that those of the public API do not import: a tenth of the package. Returns the files that stay. */
export function removePrivateDeclarations(folder: string): string[] {
  const reached = new Set<string>();
  const follow = (file: string): void => {
    if (!reached.has(file)) {
      reached.add(file);
      [...readFileSync(file, 'utf8').matchAll(/(?:from|import\() ?['"](\.[^'"]*)['"]/g)].forEach(([, path]) => {
        const target = join(dirname(file), path);
        follow(existsSync(`${target}.d.ts`) ? `${target}.d.ts` : join(target, 'index.d.ts'));
      });
    }
  };
  follow(join(folder, 'index.d.ts'));
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.d.ts')).map((file) => join(folder, file));
  all.filter((file) => !reached.has(file)).forEach((file) => rmSync(file));
  return [...reached];
}

/** Makes all modules share one `require()` of each peer dependency. */
const REQUIRED_ONCE: Plugin = {
  name: 'required once',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^(aws-cdk-lib|constructs)$/ }, ({ path, namespace }) => namespace === 'peer' ? { external: true } : { path, namespace: 'peer' });
    onLoad({ filter: /./, namespace: 'peer' }, ({ path }) => ({ contents: `module.exports = require('${path}');` }));
  },
};

/** Removes comments, which esbuild keeps in classes: they are a fifth of the file, and the declarations have them too. */
const WITHOUT_COMMENTS: Plugin = {
  name: 'without comments',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.js$/, namespace: 'file' }, ({ path }) => ({
      contents: transpileModule(readFileSync(path, 'utf8'), {
        compilerOptions: { removeComments: true, target: ScriptTarget.ES2022, module: ModuleKind.CommonJS },
      }).outputText,
    }));
  },
};

if (require.main === module) {
  void bundleLibrary().then(() => removePrivateDeclarations(join(ROOT, 'lib')));
}
