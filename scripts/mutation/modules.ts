import { readFileSync } from 'fs';
import Module from 'module';
import { dirname, join, sep } from 'path';
import { Script } from 'vm';
import * as ts from 'typescript';
import { instrument, type Mutant } from './instrument';

const ROOT = join(__dirname, '..', '..');
const LIBRARY = 'cdk-sagemaker-images';
const OWN = [join(ROOT, 'src') + sep, join(ROOT, 'test') + sep];
const { _load: originalLoad, _resolveFilename: resolve } = Module as any;
/** Modules that the present test file replaces. */
let mocks: Mocks = new Map();
/** The code of each module. A script that is compiled once can create many copies of its module. */
const scripts = new Map<string, Script>();

/** The replacements of modules, by the path of the module. */
export type Mocks = Map<string, () => unknown>;
/** The loaded modules of the library and of its tests. */
export type Modules = Map<string, NodeModule>;

/**
 * Makes `require` compile the library and its tests, and add all mutants of the files.
 *
 * @param jestOf returns the `jest` of a module, which knows what paths are relative to
 * @returns all mutants, by their number
 */
export function addMutants(files: string[], jestOf: (module: NodeModule) => object): Mutant[] {
  const all: Mutant[] = [];
  for (const file of files) {
    const { code, mutants } = instrument(file, readFileSync(join(ROOT, file), 'utf8'), all.length);
    scripts.set(join(ROOT, file), compile(code, join(ROOT, file)));
    all.push(...mutants);
  }
  (Module as any)._extensions['.ts'] = (module: NodeModule, file: string) => {
    if (!scripts.has(file)) {
      scripts.set(file, compile(readFileSync(file, 'utf8'), file));
    }
    const run = scripts.get(file)!.runInThisContext();
    run.call(module.exports, module.exports, (request: string) => module.require(request), module, file, dirname(file), jestOf(module));
  };
  (Module as any)._resolveFilename = (request: string, ...others: unknown[]) =>
    request === LIBRARY ? join(ROOT, 'src', 'index.ts') : resolve(request, ...others);
  (Module as any)._load = (request: string, parent: NodeModule, isMain: boolean) => {
    const mock = mocks.size > 0 ? mocks.get(pathOf(parent, request)) : undefined;
    return mock ? mock() : originalLoad(request, parent, isMain);
  };
  return all;
}

function compile(source: string, filename: string): Script {
  const { outputText } = ts.transpileModule(source, {
    fileName: filename,
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
    // As ts-jest does.
    transformers: { after: [hoistMocks] },
  });
  return new Script(`(function (exports, require, module, __filename, __dirname, jest) {${outputText}\n})`, { filename });
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
  try {
    return originalLoad(request, parent, false);
  } finally {
    // Otherwise, this list keeps all copies of all modules.
    module.children.length = 0;
  }
}

function isOwn(file: string): boolean {
  return OWN.some((folder) => file.startsWith(folder));
}
