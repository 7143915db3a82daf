import { existsSync, readdirSync, readFileSync } from 'fs';
import { dirname, join, relative } from 'path';
import * as ts from 'typescript';

const SRC = join(__dirname, '..', '..', 'src');

/** Returns the modules that a source file loads at runtime. Type-only imports load nothing. */
function valueImports(source: string): string[] {
  return ts.createSourceFile('file.ts', source, ts.ScriptTarget.Latest).statements
    .filter((statement) => ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement))
    .filter((statement) => !(ts.isImportDeclaration(statement) ? importsTypes(statement.importClause) : exportsTypes(statement)))
    .flatMap(({ moduleSpecifier }) => moduleSpecifier && ts.isStringLiteral(moduleSpecifier) ? [moduleSpecifier.text] : []);
}

function importsTypes(clause: ts.ImportClause | undefined): boolean {
  const bindings = clause?.namedBindings;
  return clause !== undefined && (clause.isTypeOnly || (!clause.name && bindings !== undefined && ts.isNamedImports(bindings) && areTypes(bindings)));
}

function exportsTypes({ isTypeOnly, exportClause }: ts.ExportDeclaration): boolean {
  return isTypeOnly || (exportClause !== undefined && ts.isNamedExports(exportClause) && areTypes(exportClause));
}

function areTypes({ elements }: ts.NamedImports | ts.NamedExports): boolean {
  return elements.length > 0 && elements.every((element) => element.isTypeOnly);
}

/** Finds circular imports, each as the path from a file back to itself. */
function circles(imports: Map<string, string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: string[]) => {
    if (path.includes(file)) {
      found.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    } else if (!done.has(file)) {
      imports.get(file)?.forEach((target) => visit(target, [...path, file]));
      done.add(file);
    }
  };
  [...imports.keys()].forEach((file) => visit(file, []));
  return found;
}

/** Returns the imports between the files of the library. */
function importsInSrc(): Map<string, string[]> {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).sort();
  return new Map(files.map((file) => [
    file,
    valueImports(readFileSync(join(SRC, file), 'utf8')).filter((name) => name.startsWith('.')).map((name) => {
      const target = join(SRC, dirname(file), name);
      return relative(SRC, existsSync(`${target}.ts`) ? `${target}.ts` : join(target, 'index.ts'));
    }),
  ]));
}

test.each([
  ["import { A } from './a'"],
  ["import A from './a'"],
  ["import * as a from './a'"],
  ["import './a'"],
  ["import { type A, B } from './a'"],
  ["import B, { type A } from './a'"],
  ["export * from './a'"],
  ["export { type A, B } from './a'"],
])('%s loads the module', (source) => {
  expect(valueImports(source)).toEqual(['./a']);
});

test.each([
  ["import type { A } from './a'"],
  ["import type A from './a'"],
  ["import { type A, type B } from './a'"],
  ["export type { A } from './a'"],
  ["export { type A } from './a'"],
  ["export type * from './a'"],
  ["// import { A } from './a'"],
  ['export { A }'],
])('%s loads no module', (source) => {
  expect(valueImports(source)).toEqual([]);
});

test('finds circular imports of any length', () => {
  expect(circles(new Map([['a', ['b', 'c']], ['b', ['c']], ['c', []]]))).toEqual([]);
  expect(circles(new Map([['a', ['b']], ['b', ['c']], ['c', ['b']]]))).toEqual(['b -> c -> b']);
  expect(circles(new Map([['a', ['a']]]))).toEqual(['a -> a']);
});

// With circular imports, a module may use another before that one is loaded. Often, `import type` resolves the cycle.
test('the library has no circular imports', () => {
  const imports = importsInSrc();
  expect(imports.get('index.ts')).toContain(join('image', 'index.ts'));
  expect(circles(imports)).toEqual([]);
});
