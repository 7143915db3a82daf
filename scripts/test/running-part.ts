import { spawn } from 'child_process';
import { join } from 'path';
import { countJest, Counts } from '../counts';

const ROOT = join(__dirname, '..', '..');
/** The process groups of all commands that run. */
const groups = new Set<number>();

/** Runs the commands of a part and keeps what they print. */
export class RunningPart {
  public readonly started = Date.now();
  public output = '';

  /**
   * @param results the folder for result files
   * @param say prints a line at once
   */
  constructor(
    public readonly name: string, private readonly minutes: number, private readonly results: string, public readonly say: (line: string) => void,
  ) {}

  public log(line: string): void {
    this.output += `${line}\n`;
  }

  /** Runs one command; true if it succeeded. */
  public exec(command: string, env: NodeJS.ProcessEnv = {}, cwd: string = ROOT): Promise<boolean> {
    return new Promise((resolve) => {
      // A group of its own, so that a part that hangs ends with everything that it started.
      const child = spawn('bash', ['-c', command], { cwd, env: { ...process.env, ...env }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
      const timer = setTimeout(() => {
        this.log(`timed out: ${command}`);
        process.kill(-child.pid!, 'SIGKILL');
      }, Math.max(0, this.started + this.minutes * 60_000 - Date.now()));
      groups.add(child.pid!);
      child.stdout.on('data', (data) => { this.output += data; });
      child.stderr.on('data', (data) => { this.output += data; });
      child.on('close', (code) => {
        clearTimeout(timer);
        groups.delete(child.pid!);
        resolve(code === 0);
      });
    });
  }

  /** Runs one command that is one test. */
  public async check(command: string, env: NodeJS.ProcessEnv = {}, cwd: string = ROOT): Promise<Counts> {
    return await this.exec(command, env, cwd) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  }

  /** Runs jest and counts its tests. */
  public async jest(name: string, args: string, env: NodeJS.ProcessEnv = {}): Promise<Counts> {
    const file = join(this.results, `${name}.json`);
    const ok = await this.exec(`npx jest ${args} --json --outputFile=${file}`, { FORCE_COLOR: '0', ...env });
    return countJest(file, ok);
  }
}

/** Ends all commands and everything that they started. */
export function endAll(): void {
  for (const pid of groups) {
    try {
      process.kill(-pid, 'SIGTERM');
    } catch {
      // It has ended meanwhile.
    }
  }
}
