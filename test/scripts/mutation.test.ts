import * as ts from 'typescript';
import { instrument } from '../../scripts/mutation/instrument';

/** What replaces the expressions of a source, in any order. */
const replacements = (source: string) => instrument('x.ts', source, 0).mutants.map(({ replacement }) => replacement).sort();

test.each<[string, string, string[]]>([
  ['the value of a boolean', 'const x = true;', ['false']],
  ['a negation', 'f(!x);', ['', 'x']],
  ['a comparison', 'const x = a < b;', ['a <= b', 'false', 'true']],
  ['a logical operator', 'const x = a && b;', ['a || b']],
  ['a default', 'const x = a ?? b;', ['a', 'b']],
  ['an arithmetic operator', 'const x = a + b;', ['a - b']],
  ['no concatenation', 'const x = f`a b` + "c d";', []],
  ['a string without spaces', "const x = 'Tags';", ["''"]],
  ['no message', "const x = 'must be a string';", []],
  ['no name of a module', "import { a } from 'a';", []],
  ['no enum, whose members have to be constant', "enum A { B = 'b' }", []],
  ['no type', "type A = 'b';", []],
  ['a list', 'const x = [a];', ['[]']],
  ['an object', 'const x = { a };', ['{}']],
  ['a condition', 'if (a) { return; }', ['false', 'true', '{}']],
  ['the condition of a loop, but not so that it never ends', 'while (a) { return; }', ['false', '{}']],
  ['a call without a result', 'f(a);', ['']],
  ['a call whose result is awaited', 'await f(a);', ['']],
  ['an assignment', 'a = b;', ['']],
  ['the result of a function', 'const x = () => a;', ['undefined']],
  ['a method', 'const x = a.some(b);', ['a.every(b)']],
  ['a method that can be left out', 'const x = a.filter(b).map(c);', ['a']],
  ['each question mark of a chain', 'const x = a?.b?.[c].d;', ['a.b?.[c].d', 'a?.b[c].d']],
  ['parts of a regular expression', 'const x = /^[a-z]+\\d?$/i;', ['/[a-z]+\\d?$/i', '/^[^a-z]+\\d?$/i', '/^[a-z]+\\D?$/i', '/^[a-z]+\\d$/i', '/^[a-z]+\\d?/i', '/^[a-z]\\d?$/i']],
])('mutation testing changes %s', (_, source, expected) => {
  expect(replacements(source)).toEqual([...expected].sort());
});

describe('a source with all of its mutants', () => {
  /** Runs a source with one mutant, or without. */
  function run(source: string, active = -1): unknown {
    const { code } = instrument('x.ts', source, 0);
    const body = ts.transpileModule(code, { compilerOptions: { target: ts.ScriptTarget.ES2022 } }).outputText;
    return new Function('__mutantIsActive', body)((number: number) => number === active);
  }

  const SOURCE = `
    const chosen: string[] = ['a', 'b'].filter((one) => one !== 'a' || limit() > 3);
    function limit() { return 2 + 1; }
    return chosen?.length;
  `;

  test('behaves the same as long as no mutant is active', () => {
    expect(run(SOURCE)).toBe(1);
  });

  test('behaves differently with each mutant that changes the result', () => {
    const { mutants } = instrument('x.ts', SOURCE, 0);
    const results = mutants.map(({ replacement }, number) => [replacement, run(SOURCE, number)]);
    expect(results).toEqual(expect.arrayContaining([['limit() >= 3', 2], ['true', 2], ['false', 0], ['undefined', 0], ['chosen.length', 1]]));
  });

  test('knows where each mutant is', () => {
    const { line, column, original } = instrument('x.ts', SOURCE, 0).mutants.find(({ replacement }) => replacement === '2 - 1')!;
    expect({ line, column, original }).toEqual({ line: 3, column: 31, original: '2 + 1' });
  });

  test('numbers its mutants after those of other files', () => {
    expect(instrument('x.ts', 'const x = true;', 7).code).toContain('__mutantIsActive(7)?(false):(true)');
  });
});
