import { spawnSync } from 'child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { OfflineAws } from '../../emulator/offline-aws';
import { ensureVenv, PythonError } from '../../emulator/venv';
import { clientEnvironment } from '../../scripts/demo/client-environment';

const ROOT = join(__dirname, '..', '..');

let folder: string;
const environment = { ...process.env };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'demo-'));
  copyFileSync(join(ROOT, 'emulator', 'requirements.txt'), join(folder, 'requirements.txt'));
});

afterEach(() => {
  process.env = { ...environment };
  rmSync(folder, { recursive: true, force: true });
});

/** An executable with this output in place of Python. */
function fakePython(body: string): string {
  const file = join(folder, 'python');
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** Returns the error of creating the Python environment. */
function failure(python: string): Error {
  process.env.PYTHON = python;
  try {
    ensureVenv(() => undefined, folder);
  } catch (error) {
    return error as Error;
  }
  throw new Error('the environment should not have been created');
}

describe('the Python of the machine', () => {
  test('is missing: the error says which one is needed and how to name another one', () => {
    const error = failure('/nowhere/python3');
    expect(error).toBeInstanceOf(PythonError);
    expect(error.message).toBe("the offline AWS needs Python 3.11 or newer, and '/nowhere/python3' cannot be run: "
      + 'install it, or set the environment variable PYTHON to the one to use');
  });

  test.each(['3.9', '3.10', '2.7'])('is version %s: the error says so, and nothing is installed', (version) => {
    const python = fakePython(`echo ${version}`);
    expect(failure(python).message).toBe(`the offline AWS needs Python 3.11 or newer, and '${python}' is Python ${version}: `
      + 'install it, or set the environment variable PYTHON to the one to use');
    expect(existsSync(join(folder, '.venv'))).toBe(false);
  });

  test('has no venv: the error contains its output', () => {
    const python = fakePython('case "$1" in -c) echo 3.12;; *) echo "No module named venv" >&2; exit 1;; esac');
    expect(failure(python).message).toMatch(/-m venv .* failed: the offline AWS needs Python 3.11 or newer with venv and pip\nNo module named venv$/);
  });

  test('was removed after the environment was created: it is created again', () => {
    mkdirSync(join(folder, '.venv', 'bin'), { recursive: true });
    symlinkSync('/nowhere/python3', join(folder, '.venv', 'bin', 'python'));
    expect(failure(fakePython('echo 3.9')).message).toContain('is Python 3.9');
  });
});

test('a demo that cannot start prints one message without a stack, and fails', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['node_modules/.bin/ts-node', '--transpile-only', '-P', 'test/tsconfig.json', 'scripts/demo.ts'], {
    // The offline AWS cannot create its folder.
    cwd: ROOT, env: { ...process.env, TMPDIR: '/dev/null/nowhere' }, encoding: 'utf8', timeout: 60_000,
  });
  expect(stderr.trim()).toMatch(/^The demo cannot start: (ENOENT|ENOTDIR): .*$/);
  expect(stdout + stderr).not.toMatch(/^ +at /m);
  expect(status).toBe(1);
});

test('the demo prints the variables of every AWS client, also of the AWS CLI from pip and boto3', async () => {
  const aws = await OfflineAws.start({ log: () => undefined });
  await aws.stop();
  expect(clientEnvironment(aws.env)).toEqual([
    `export AWS_ENDPOINT_URL=${aws.endpoint}`,
    'export AWS_ACCESS_KEY_ID=AKIAOFFLINEAWSOFFLINE',
    'export AWS_SECRET_ACCESS_KEY=offline',
    'export AWS_REGION=us-east-1',
    'export AWS_DEFAULT_REGION=us-east-1',
  ]);
});
