import { spawn } from 'child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'fs';
import { join } from 'path';
import { withCaches } from '../../scripts/package/caches';

const ROOT = join(__dirname, '..', '..');
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

/** A project of a user, copied from folders of this repository. */
export class Project {
  public readonly folder: string;
  public readonly env: NodeJS.ProcessEnv;

  /**
   * @param name unique among the projects of the tests
   * @param sources the folders to copy, relative to the root of the repository
   * @param parent the folder to create the project in
   */
  constructor(name: string, sources: string[], parent: string = join(ROOT, '.build', 'languages')) {
    this.folder = join(parent, name);
    mkdirSync(this.folder, { recursive: true });
    readdirSync(this.folder)
      .filter((entry) => !INSTALLED.includes(entry))
      .forEach((entry) => rmSync(join(this.folder, entry), { recursive: true }));
    sources.forEach((source) => cpSync(join(ROOT, source), this.folder, { recursive: true }));
    const { NODE_PATH, ...env } = withCaches();
    this.env = {
      ...env,
      // Programs in the virtual environment are found, as if it were activated.
      PATH: [join(this.folder, '.venv', 'bin'), process.env.PATH].join(':'),
      JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20',
      CDK_VALIDATION: 'false',
    };
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

  /** Synthesizes with the command in cdk.json, and returns the template of a stack. */
  public async synth(stack: string, context: Record<string, string>): Promise<any> {
    const { app } = JSON.parse(this.read('cdk.json'));
    await this.must(app, { CDK_OUTDIR: 'synth.out', CDK_CONTEXT_JSON: JSON.stringify(context) });
    return JSON.parse(this.read(join('synth.out', `${stack}.template.json`)));
  }

  /** Reads a file of the project. */
  public read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8');
  }
}
