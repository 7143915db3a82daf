import { readFileSync } from 'fs';
import Module from 'module';
import { join, relative, sep } from 'path';
import * as ts from 'typescript';
import { instrument, type Mutant } from './instrument';

const ROOT = join(__dirname, '..', '..');
const LIBRARY = 'cdk-sagemaker-images';
const OWN = [join(ROOT, 'src') + sep, join(ROOT, 'test') + sep];
const { _load: originalLoad, _resolveFilename: resolve } = Module as any;
/** Modules that the present test file replaces. */
let mocks: Mocks = new Map();
/** The JavaScript of each module. */
const compiled = new Map<string, string>();

/** The replacements of modules, by the path of the module. */
export type Mocks = Map<string, () => unknown>;
/** The loaded modules of the library and of its tests. */
export type Modules = Map<string, NodeModule>;

/**
 * Makes `require` compile the library and its tests, and add all mutants of the files.
 *
 * @returns all mutants, by their number
 */
export function addMutants(files: string[]): Mutant[] {
  const all: Mutant[] = [];
  for (const file of files) {
    const { code, mutants } = instrument(file, readFileSync(join(ROOT, file), 'utf8'), all.length);
    compiled.set(join(ROOT, file), compile(code, file));
    all.push(...mutants);
  }
  (Module as any)._extensions['.ts'] = (module: any, file: string) => {
    if (!compiled.has(file)) {
      compiled.set(file, compile(readFileSync(file, 'utf8'), file));
    }
    // Test files have their own `jest`, which knows what its paths are relative to.
    const jest = relative(ROOT, file).startsWith('test') ? 'const jest = globalThis.__jestOf(module);' : '';
    module._compile(jest + compiled.get(file)!, file);
  };
  (Module as any)._resolveFilename = (request: string, ...others: unknown[]) =>
    request === LIBRARY ? join(ROOT, 'src', 'index.ts') : resolve(request, ...others);
  (Module as any)._load = (request: string, parent: NodeModule, isMain: boolean) => {
    const mock = mocks.size > 0 ? mocks.get(pathOf(parent, request)) : undefined;
    return mock ? mock() : originalLoad(request, parent, isMain);
  };
  return all;
}

function compile(source: string, fileName: string): string {
  return ts.transpileModule(source, {
    fileName,
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
    // As babel-jest and ts-jest do.
    transformers: { after: [hoistMocks] },
  }).outputText;
}

/** Moves `jest.mock` before all imports. */
const hoistMocks: ts.TransformerFactory<ts.SourceFile> = () => (file) => {
  const isMock = (statement: ts.Statement) => ts.isExpressionStatement(statement) && ts.isCallExpression(statement.expression)
    && ts.isPropertyAccessExpression(statement.expression.expression) && statement.expression.expression.name.text === 'mock'
    && ts.isIdentifier(statement.expression.expression.expression) && statement.expression.expression.expression.text === 'jest';
  const first = file.statements.filter(isMock);
  return ts.factory.updateSourceFile(file, [...first, ...file.statements.filter((statement) => !isMock(statement))]);
};

/** Forgets all modules of the library and its tests, and uses others. */
export function useModules(modules: Modules = new Map(), replaced: Mocks = new Map()): void {
  Object.keys(require.cache).filter(isOwn).forEach((file) => delete require.cache[file]);
  modules.forEach((module, file) => { require.cache[file] = module; });
  mocks = replaced;
}

export function loadedModules(): Modules {
  return new Map(Object.keys(require.cache).filter(isOwn).map((file) => [file, require.cache[file]!]));
}

export function pathOf(module: NodeModule, request: string): string {
  return (Module as any)._resolveFilename(request, module, false);
}

/** Loads a module even if it is replaced. */
export function load(request: string, parent = module): unknown {
  return originalLoad(request, parent, false);
}

function isOwn(file: string): boolean {
  return OWN.some((folder) => file.startsWith(folder));
}
