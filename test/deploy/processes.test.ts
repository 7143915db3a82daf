import { spawn } from 'child_process';
import { randomUUID } from 'crypto';
import { existsSync, readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';

const ROOT = join(__dirname, '..', '..');
const ENDED_SECONDS = 20;

/** A script of this project, started as npm does, with all processes that it starts. */
class Script {
  public output = '';
  public readonly exitCode: Promise<number | null>;
  /** Child processes inherit this environment variable. */
  private readonly mark = `CDK_SAGEMAKER_IMAGES_MARK=${randomUUID()}`;
  private readonly child;

  constructor(script: string, ...args: string[]) {
    const [name, value] = this.mark.split('=');
    this.child = spawn(process.execPath, ['node_modules/.bin/ts-node', '--transpile-only', '-P', 'test/tsconfig.json', `scripts/${script}.ts`, ...args], {
      cwd: ROOT, env: { ...process.env, [name]: value }, stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.exitCode = new Promise((resolve) => this.child.once('close', resolve));
    [this.child.stdout, this.child.stderr].forEach((stream) => stream.on('data', (data) => { this.output += data; }));
  }

  public async until(text: RegExp, seconds: number): Promise<void> {
    for (const deadline = Date.now() + seconds * 1000; !text.test(this.output); await sleep(100)) {
      if (Date.now() > deadline || this.child.exitCode !== null) {
        throw new Error(`'${text}' was not printed within ${seconds} s, but:\n${this.output}`);
      }
    }
  }

  public interrupt(): void {
    this.child.kill('SIGINT');
  }

  /** Returns the running processes, as `<process id> <command>`. */
  public processes(): string[] {
    const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const read = (id: string, file: string) => {
      try {
        return readFileSync(join('/proc', id, file), 'utf8').split('\0');
      } catch {
        // The process has ended, or belongs to another user.
        return [];
      }
    };
    return ids.filter((id) => read(id, 'environ').includes(this.mark)).map((id) => `${id} ${read(id, 'cmdline').join(' ')}`);
  }

  public async untilAllEnded(): Promise<void> {
    for (const deadline = Date.now() + ENDED_SECONDS * 1000; this.processes().length > 0 && Date.now() < deadline; await sleep(200));
  }

  /** Ends processes that a failed test left behind. */
  public end(): void {
    this.processes().forEach((line) => process.kill(Number(line.split(' ')[0]), 'SIGKILL'));
  }
}

const onLinux = existsSync('/proc/self/environ') ? test : test.skip;
if (onLinux === test.skip) {
  process.stderr.write('SKIPPED: the tests of Ctrl-C, because this machine has no /proc to find processes in\n');
}

let script: Script | undefined;
afterEach(() => script?.end());

onLinux('Ctrl-C ends a demo with --keep and all processes that it started', async () => {
  script = new Script('demo', '--keep');
  await script.until(/ at (http:\S+)/, 60);
  const [, endpoint] = / at (http:\S+)/.exec(script.output)!;
  expect((await fetch(`${endpoint}/offline-aws/health`, { signal: AbortSignal.timeout(10_000) })).ok).toBe(true);
  // During a deployment, when most processes are running.
  await script.until(/Release 1/, 60);
  await sleep(1000);
  expect(script.processes().length).toBeGreaterThan(2);

  script.interrupt();
  expect(await script.exitCode).toBe(130);
  await script.untilAllEnded();
  expect(script.processes()).toEqual([]);
});

onLinux('Ctrl-C ends npm test and all processes that it started', async () => {
  script = new Script('test', 'types');
  for (const deadline = Date.now() + 60_000; script.processes().length < 3 && Date.now() < deadline;) {
    await sleep(100);
  }
  expect(script.processes().length).toBeGreaterThan(2);

  script.interrupt();
  expect(await script.exitCode).toBe(130);
  await script.untilAllEnded();
  expect(script.processes()).toEqual([]);
});

test.each([[['--bad'], "Unknown option '--bad'"], [['foo'], "Unexpected argument 'foo'"]])('the demo rejects %j and prints its usage', async (args, message) => {
  script = new Script('demo', ...args);
  expect(await script.exitCode).toBe(2);
  expect(script.output.split('\n').filter((line) => line)).toEqual([
    message,
    'usage: npm run demo [-- --keep]',
    '  --keep  leaves the offline AWS running after the third release, until Ctrl-C',
  ]);
});

test('npm test rejects an unknown part', async () => {
  script = new Script('test', 'units');
  expect(await script.exitCode).toBe(2);
  expect(script.output).toMatch(/^unknown part 'units': choose from 'compile', /);
});
