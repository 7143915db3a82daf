import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { isStale, unwatchedInputs } from '../../scripts/bundle';

let root: string;
let outputs: string[];
let inputs: string[];

/** Creates or changes a file, with this modification time in seconds. */
function put(file: string, second: number): string {
  const path = join(root, file);
  writeFileSync(path, '');
  utimesSync(path, second, second);
  return path;
}

/** Resets the modification times of the folders to before the bundling. */
function settleFolders(): void {
  ['handler/kind', 'handler', 'kinds'].forEach((folder) => utimesSync(join(root, folder), 1_000, 1_000));
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bundle-'));
  mkdirSync(join(root, 'handler', 'kind'), { recursive: true });
  mkdirSync(join(root, 'kinds'));
  const lock = put('package-lock.json', 1_000);
  ['handler/index.ts', 'handler/kind/index.ts', 'kinds/type.ts'].forEach((file) => put(file, 1_000));
  settleFolders();
  outputs = [put('index.js', 2_000), put('NOTICE', 2_001)];
  inputs = [lock, join(root, 'handler'), join(root, 'kinds')];
});

afterEach(() => rmSync(root, { recursive: true }));

test('a bundle that is newer than its inputs is not stale', () => {
  expect(isStale(outputs, inputs)).toBe(false);
});

test.each(['package-lock.json', 'handler/index.ts', 'handler/kind/index.ts', 'kinds/type.ts'])('a bundle is stale if %s is newer', (file) => {
  put(file, 2_000.5);
  settleFolders();
  expect(isStale(outputs, inputs)).toBe(true);
});

test('a bundle is stale if a module was deleted or added later', () => {
  rmSync(join(root, 'handler/kind/index.ts'));
  expect(isStale(outputs, inputs)).toBe(true);
  settleFolders();
  expect(isStale(outputs, inputs)).toBe(false);
  put('handler/kind/new.ts', 1_000);
  expect(isStale(outputs, inputs)).toBe(true);
});

test('a bundle is stale if one of its files does not exist', () => {
  rmSync(outputs[1]);
  expect(isStale(outputs, inputs)).toBe(true);
});

test('only modules in watched folders may be part of the bundle', () => {
  expect(unwatchedInputs([
    'src/provider/handler/index.ts', 'src/provider/handler/service/client.ts', 'src/provider/kinds/studio-attachments.ts', 'node_modules/tslib/index.js',
  ])).toEqual([]);
  expect(unwatchedInputs(['src/private/arn.ts', 'src/provider/handlers.ts'])).toEqual(['src/private/arn.ts', 'src/provider/handlers.ts']);
});
