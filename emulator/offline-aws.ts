import { ChildProcess, spawn } from 'child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { ensureVenv } from './venv';

const READY_SECONDS = 60;
const STOP_SECONDS = 10;

/** Options of an offline AWS. */
export interface OfflineAwsOptions {
  /** Settings of the emulator, see emulator/README.md. */
  readonly settings?: Record<string, string | number | boolean>;
  /** Receives messages about the installation. */
  readonly log?: (line: string) => void;
}

/**
 * An offline AWS: the emulator in a separate process, on a free port of the loopback interface.
 *
 * The process ends with `stop()`, and by itself when this process has ended.
 */
export class OfflineAws {
  /** Starts an offline AWS and waits until it is ready. */
  public static async start({ settings = {}, log }: OfflineAwsOptions = {}): Promise<OfflineAws> {
    const python = ensureVenv(log);
    const folder = mkdtempSync(join(tmpdir(), 'offline-aws-'));
    const pairs = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
    const child = spawn(python, [
      '-m', 'offline_aws',
      '--ready-file', join(folder, 'ready.json'),
      '--log-file', join(folder, 'log'),
      '--parent-pid', `${process.pid}`,
      ...pairs.length > 0 ? ['--settings', ...pairs] : [],
    ], { cwd: __dirname, stdio: 'ignore' });
    const aws = new OfflineAws(child, folder);
    try {
      await aws.waitUntilReady();
    } catch (error) {
      await aws.stop();
      throw error;
    }
    return aws;
  }

  /** The endpoint. The CDK derives template URLs from the name `localhost`; moto misparses an IP address. */
  public endpoint = '';

  private constructor(private readonly child: ChildProcess, private readonly folder: string) {}

  /** The process id of the server. */
  public get pid(): number {
    return this.child.pid!;
  }

  /** An environment in which AWS clients and the CDK CLI talk to this AWS and to nothing else. */
  public get env(): NodeJS.ProcessEnv {
    const others = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_') && !name.startsWith('CDK_DEFAULT_'));
    return {
      ...Object.fromEntries(others),
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_ACCESS_KEY_ID: 'AKIAOFFLINEAWSOFFLINE',
      AWS_SECRET_ACCESS_KEY: 'offline',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: join(this.folder, 'no-config'),
      AWS_SHARED_CREDENTIALS_FILE: join(this.folder, 'no-credentials'),
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      CDK_HOME: join(this.folder, 'cdk-home'),
      // The built-in validation of the CDK adds seconds to each deployment.
      CDK_VALIDATION: 'false',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    };
  }

  /** The output of the server so far. */
  public log(): string {
    const file = join(this.folder, 'log');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /** Ends the process and removes its temporary files. */
  public async stop(): Promise<void> {
    const ended = () => this.child.exitCode !== null || this.child.signalCode !== null;
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      if (!ended()) {
        this.child.kill(signal);
        await within(STOP_SECONDS, ended);
      }
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async waitUntilReady(): Promise<void> {
    const readyFile = join(this.folder, 'ready.json');
    const ended = () => this.child.exitCode !== null || this.child.signalCode !== null;
    await within(READY_SECONDS, () => existsSync(readyFile) || ended());
    if (!existsSync(readyFile)) {
      throw new Error(`the offline AWS ${ended() ? 'ended' : `did not answer within ${READY_SECONDS} s`}:\n${this.log()}`);
    }
    this.endpoint = `http://localhost:${JSON.parse(readFileSync(readyFile, 'utf8')).port}`;
  }
}

/** Waits until a condition is true, with a timeout in seconds. */
async function within(seconds: number, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!holds() && Date.now() < deadline) {
    await sleep(50);
  }
}
