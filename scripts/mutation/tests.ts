import { expect } from 'expect';
import { bind } from 'jest-each';
import { ModuleMocker } from 'jest-mock';
import { load, loadedModules, type Mocks, type Modules, pathOf, useModules } from './modules';

type Action = () => unknown;
type Hook = 'beforeAll' | 'afterAll' | 'beforeEach' | 'afterEach';

/** A `describe`, or a whole file. */
interface Group {
  readonly parent?: Group;
  readonly hooks: Record<Hook, Action[]>;
}

export interface Test {
  readonly title: string;
  readonly group: Group;
  readonly run: Action;
}

/** A loaded test file, with the modules that it uses. */
export interface TestFile {
  readonly tests: Test[];
  readonly modules: Modules;
  readonly mocks: Mocks;
}

const mocker = new ModuleMocker(globalThis as any);
const newGroup = (parent?: Group): Group => ({ parent, hooks: { beforeAll: [], afterAll: [], beforeEach: [], afterEach: [] } });
let group = newGroup();
let collected: Test[] = [];
let mocks: Mocks = new Map();

/** Defines the functions of Jest that the tests use. Others fail. */
export function defineGlobals(): void {
  const test = (name: string, run: Action) => { collected.push({ title: name, group, run }); };
  const describe = (_: string, define: Action) => {
    const outer = group;
    group = newGroup(outer);
    define();
    group = outer;
  };
  const ignored = Object.assign(() => {}, { each: () => () => {} });
  Object.assign(globalThis, {
    expect,
    test: Object.assign(test, { each: bind(test as any), skip: ignored }),
    it: test,
    describe: Object.assign(describe, { each: bind(describe as any, false), skip: ignored }),
  });
  for (const hook of ['beforeAll', 'afterAll', 'beforeEach', 'afterEach'] as const) {
    (globalThis as any)[hook] = (action: Action) => { group.hooks[hook].push(action); };
  }
}

/** The `jest` of one module. */
export function jestOf(module: NodeModule): object {
  const replace = (request: string, factory: Action) => {
    let value: unknown;
    mocks.set(pathOf(module, request), () => value ??= factory());
  };
  return {
    // A mutant that makes a test too slow is reported by the runner.
    setTimeout: () => {},
    fn: (implementation?: any) => mocker.fn(implementation),
    spyOn: (object: any, method: string) => mocker.spyOn(object, method),
    mock: replace,
    doMock: replace,
    dontMock: (request: string) => mocks.delete(pathOf(module, request)),
    requireActual: (request: string) => load(request, module),
    resetModules: () => useModules(new Map(), mocks),
    isolateModules: (action: Action) => {
      const modules = loadedModules();
      useModules(new Map(), mocks);
      action();
      useModules(modules, mocks);
    },
  };
}

/** Loads a test file and its own copy of the library. */
export function loadTests(path: string): TestFile {
  group = newGroup();
  collected = [];
  mocks = new Map();
  useModules(new Map(), mocks);
  load(path);
  return { tests: collected, modules: loadedModules(), mocks };
}

/**
 * Runs some tests of a file, one after the other.
 *
 * @param around runs a test, which may fail; returns whether to go on
 */
export async function runTests(file: TestFile, tests: Test[], around: (test: Test, run: () => Promise<void>) => Promise<boolean>): Promise<void> {
  mocks = file.mocks;
  useModules(file.modules, mocks);
  const environment = { ...process.env };
  const entered: Group[] = [];
  try {
    for (const test of tests) {
      const groups = pathTo(test.group);
      const goOn = await around(test, async () => {
        await leave(entered, groups);
        await enter(entered, groups);
        await runTest(test, groups);
      });
      if (!goOn) {
        return;
      }
    }
  } finally {
    await leave(entered, []).catch(() => {});
    mocker.restoreAllMocks();
    process.env = environment;
  }
}

async function runTest(test: Test, groups: Group[]): Promise<void> {
  mocker.clearAllMocks();
  try {
    await all(groups.flatMap(({ hooks }) => hooks.beforeEach));
    await test.run();
  } finally {
    await all([...groups].reverse().flatMap(({ hooks }) => hooks.afterEach));
  }
}

async function enter(entered: Group[], groups: Group[]): Promise<void> {
  for (const one of groups.slice(entered.length)) {
    entered.push(one);
    await all(one.hooks.beforeAll);
  }
}

async function leave(entered: Group[], groups: Group[]): Promise<void> {
  while (entered.length > 0 && !groups.includes(entered.at(-1)!)) {
    await all(entered.pop()!.hooks.afterAll);
  }
}

async function all(actions: Action[]): Promise<void> {
  for (const action of actions) {
    await action();
  }
}

function pathTo(one: Group): Group[] {
  return one.parent ? [...pathTo(one.parent), one] : [one];
}
