import { spawn } from 'child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { basename, dirname, join } from 'path';
import type { Step } from './document';
import { withCaches } from '../../scripts/package/caches';

/** The root of this repository. */
export const ROOT = join(__dirname, '..', '..');
/** The folder of all projects. */
export const PROJECTS = join(ROOT, '.build', 'languages');
/** The folder with the packages for all languages. */
export const DIST = join(ROOT, 'dist');
/** The version of the packages: 0.0.0, except in a release. */
export const { version: VERSION } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
/** Folders that package managers create, which are kept between runs. */
const INSTALLED = ['.venv', 'node_modules'];

/** The outcome of a command. */
export interface Outcome {
  readonly ok: boolean;
  /** The output to stdout and stderr. */
  readonly output: string;
}

/** Returns the command of an app, and the environment that the CDK CLI would give it on the offline AWS. */
export function appIn(folder: string, context: Record<string, unknown>): { app: string; env: NodeJS.ProcessEnv } {
  const read = (file: string) => existsSync(join(folder, file)) ? JSON.parse(readFileSync(join(folder, file), 'utf8')) : {};
  const { app, context: settings } = read('cdk.json');
  const all = JSON.stringify({ ...settings, ...read('cdk.context.json'), ...context });
  return { app, env: { CDK_CONTEXT_JSON: all, CDK_DEFAULT_ACCOUNT: '123456789012', CDK_DEFAULT_REGION: 'us-east-1' } };
}

/** A project of a user, copied from folders of this repository. */
export class Project {
  public readonly env: NodeJS.ProcessEnv;
  private current: string;

  /**
   * @param name unique among the projects of the tests
   * @param sources the folders to copy, relative to the root of the repository
   * @param parent the folder to create the project in
   */
  constructor(name: string, sources: string[], parent: string = PROJECTS) {
    this.current = join(parent, name);
    mkdirSync(this.folder, { recursive: true });
    readdirSync(this.folder)
      .filter((entry) => !INSTALLED.includes(entry))
      .forEach((entry) => rmSync(join(this.folder, entry), { recursive: true }));
    const filter = (file: string) => !INSTALLED.includes(basename(file));
    sources.forEach((source) => cpSync(join(ROOT, source), this.folder, { recursive: true, filter }));
    const { NODE_PATH, ...env } = withCaches();
    this.env = {
      ...env,
      PATH: this.path(),
      JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20',
      // Takes seconds in each process of an app.
      CDK_VALIDATION: 'false',
    };
  }

  /** The folder of the project. */
  public get folder(): string {
    return this.current;
  }

  /** Continues in a subfolder. */
  public enter(folder: string): void {
    this.current = join(this.current, folder);
    this.env.PATH = this.path();
  }

  /** Runs a command in the folder of the project. */
  public run(command: string, env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    return new Promise((resolve) => {
      const child = spawn('bash', ['-c', command], { cwd: this.folder, env: { ...this.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
      let output = '';
      child.stdout.on('data', (data) => { output += data; });
      child.stderr.on('data', (data) => { output += data; });
      child.on('close', (code) => resolve({ ok: code === 0, output }));
    });
  }

  /**
   * Runs a command that must succeed.
   *
   * @returns its output
   */
  public async must(command: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
    const { ok, output } = await this.run(command, env);
    if (!ok) {
      throw new Error(`${command} failed in ${this.folder}:\n${output}`);
    }
    return output;
  }

  /**
   * Follows the steps of a document, which must succeed. Its version 0.0.0 is that of the packages.
   *
   * @returns the output of the commands
   */
  public async follow(steps: Step[]): Promise<string> {
    let output = '';
    for (const step of steps) {
      if ('file' in step) {
        mkdirSync(dirname(join(this.folder, step.file)), { recursive: true });
        writeFileSync(join(this.folder, step.file), step.content.replaceAll('0.0.0', VERSION));
      } else {
        output += await this.must(`set -e\n${step.commands.replaceAll('0.0.0', VERSION)}`);
      }
    }
    return output;
  }

  /**
   * Synthesizes with the command in cdk.json and the context that is in files, and returns the templates of stacks.
   *
   * The feature flags in the context make it an error if the CDK finds errors in the template.
   */
  public async synth(stacks: string[], context: Record<string, unknown>): Promise<any[]> {
    const { app, env } = appIn(this.folder, context);
    await this.must(app, { ...env, CDK_OUTDIR: 'synth.out', CDK_VALIDATION: 'true' });
    return stacks.map((stack) => JSON.parse(this.read(join('synth.out', `${stack}.template.json`))));
  }

  /** Reads a file of the project. */
  public read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8');
  }

  /** Replaces a string in a file of the project. */
  public replace(file: string, from: string, to: string): void {
    writeFileSync(join(this.folder, file), this.read(file).replaceAll(from, to));
  }

  /** Finds the programs in the virtual environment, as if it were activated, and the CDK CLI, as if it were installed. */
  private path(): string {
    return [join(this.folder, '.venv', 'bin'), join(ROOT, 'node_modules', '.bin'), process.env.PATH].join(':');
  }
}
