import { existsSync, readdirSync, readFileSync, statSync } from 'fs';
import { dirname, join } from 'path';

const ROOT = join(__dirname, '..', '..');
const LIBRARY = 'cdk-sagemaker-images';
/** Tests that judge something else than the modules in `src`: the built bundle. */
const OTHER_TESTS = ['test/provider/sizes.test.ts'];
const TEST_FOLDERS = ['image', 'private', 'provider', 'release', 'studio'].map((folder) => `test/${folder}`);

/** TypeScript files in a folder, or the file itself. */
export function filesIn(path: string): string[] {
  if (!existsSync(join(ROOT, path))) {
    throw new Error(`${path} does not exist: use a file or folder in src`);
  }
  if (!statSync(join(ROOT, path)).isDirectory()) {
    return [path];
  }
  return readdirSync(join(ROOT, path), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts')).map((name) => join(path, name)).sort();
}

/** The unit tests that can execute one of the files. */
export function testsOf(files: string[], folders = TEST_FOLDERS): string[] {
  const tests = folders.flatMap(filesIn).filter((file) => file.endsWith('.test.ts') && !OTHER_TESTS.includes(file));
  return tests.filter((test) => {
    const reached = reachedFrom(test);
    return files.some((file) => reached.has(file));
  });
}

const imports = new Map<string, string[]>();

function reachedFrom(file: string, reached = new Set<string>()): Set<string> {
  if (!reached.has(file)) {
    reached.add(file);
    importsOf(file).forEach((other) => reachedFrom(other, reached));
  }
  return reached;
}

/** Includes modules that are imported at run time, so every relative path counts. */
function importsOf(file: string): string[] {
  if (!imports.has(file)) {
    const paths = [...readFileSync(join(ROOT, file), 'utf8').matchAll(/'(\.[^'\s]*)'/g)].map(([, path]) => join(dirname(file), path));
    const library = readFileSync(join(ROOT, file), 'utf8').includes(`'${LIBRARY}'`) ? ['src'] : [];
    imports.set(file, [...paths, ...library].flatMap((path) => [`${path}.ts`, join(path, 'index.ts')].filter((one) => existsSync(join(ROOT, one)))));
  }
  return imports.get(file)!;
}
