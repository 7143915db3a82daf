import { spawn } from 'child_process';
import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { OfflineAws } from './offline-aws';

const CDK = join(__dirname, '..', 'node_modules', '.bin', 'cdk');

/** The result of a CDK CLI command. */
export interface CdkResult {
  readonly ok: boolean;
  /** Its output to stdout and stderr. */
  readonly output: string;
}

/** Options of a CDK CLI. */
export interface CdkOptions {
  /** Called for each line of output. */
  readonly onLine?: (line: string) => void;
  /** Timeout of a command in seconds; 180 by default. */
  readonly timeoutSeconds?: number;
}

/** The real CDK CLI for one app and an offline AWS. */
export class Cdk {
  /** The running command, which leads a process group. */
  private running?: number;
  private readonly output = mkdtempSync(join(tmpdir(), 'cdk-out-'));

  /**
   * @param aws the offline AWS to deploy to
   * @param app the folder of the app, with its cdk.json
   */
  constructor(private readonly aws: OfflineAws, private readonly app: string, private readonly options: CdkOptions = {}) {}

  /** Bootstraps the account and Region. */
  public bootstrap(): Promise<CdkResult> {
    return this.run(['bootstrap', 'aws://123456789012/us-east-1']);
  }

  /** Deploys all stacks of the app. */
  public deploy(...args: string[]): Promise<CdkResult> {
    return this.run(['deploy', '--all', '--require-approval', 'never', '--progress', 'events', ...args]);
  }

  /** Imports existing resources into a stack of the app; the file maps logical ids to identifiers. */
  public import(stack: string, resourceMapping: string): Promise<CdkResult> {
    return this.run(['import', stack, '--resource-mapping', resourceMapping]);
  }

  /** Deletes all stacks of the app. */
  public destroy(...args: string[]): Promise<CdkResult> {
    return this.run(['destroy', '--all', '--force', ...args]);
  }

  /** Ends the running command, if any, and removes temporary files of the CLI. */
  public dispose(): void {
    this.end();
    rmSync(this.output, { recursive: true, force: true });
  }

  private end(): void {
    if (this.running !== undefined) {
      process.kill(-this.running, 'SIGKILL');
    }
  }

  private run(args: string[]): Promise<CdkResult> {
    return new Promise((resolve) => {
      const child = spawn(CDK, [...args, '--no-notices', '--no-color', '--output', this.output], {
        cwd: this.app,
        env: { ...this.aws.env, NO_COLOR: '1' },
        stdio: ['ignore', 'pipe', 'pipe'],
        // A separate process group, so that a timeout also ends the app that the CLI runs.
        detached: true,
      });
      const seconds = this.options.timeoutSeconds ?? 180;
      const timer = setTimeout(() => {
        collect(`cdk ${args[0]} did not end within ${seconds} s and was ended\n`);
        this.end();
      }, seconds * 1000);
      this.running = child.pid;
      let output = '';
      let line = '';
      const collect = (data: Buffer | string) => {
        output += data;
        const lines = (line + data).split('\n');
        line = lines.pop()!;
        lines.forEach((complete) => this.options.onLine?.(complete));
      };
      child.stdout.on('data', collect);
      child.stderr.on('data', collect);
      child.on('close', (code) => {
        clearTimeout(timer);
        this.running = undefined;
        resolve({ ok: code === 0, output });
      });
    });
  }
}
