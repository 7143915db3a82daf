import { spawn } from 'child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'fs';
import { join } from 'path';
import { withCaches } from '../../scripts/package/caches';

const ROOT = join(__dirname, '..', '..');
/** What the packages of all languages are built into. */
export const DIST = join(ROOT, 'dist');
/** The version that the packages were built with: a release has its own. */
export const { version: VERSION } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
/** What package managers put beside the sources, kept from one run to the next. */
const INSTALLED = ['.venv', 'node_modules'];

/** How a command ended. */
export interface Outcome {
  readonly ok: boolean;
  /** Everything that it printed. */
  readonly output: string;
}

/** A copy of folders of this repository, as a user's project outside of it. */
export class Project {
  public readonly folder: string;
  public readonly env: NodeJS.ProcessEnv;

  /**
   * @param name unique among the projects of the tests
   * @param sources folders, from the root of the repository, whose files make the project
   * @param parent the folder to make it in
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
      // A program that its package manager installed here is found as in an activated environment.
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

  /** Runs a command that has to succeed; what it printed. */
  public async must(command: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
    const { ok, output } = await this.run(command, env);
    if (!ok) {
      throw new Error(`${command} failed in ${this.folder}:\n${output}`);
    }
    return output;
  }

  /** The template of a stack, made by the command in cdk.json. */
  public async synth(stack: string, context: Record<string, string>): Promise<any> {
    const { app } = JSON.parse(this.read('cdk.json'));
    await this.must(app, { CDK_OUTDIR: 'synth.out', CDK_CONTEXT_JSON: JSON.stringify(context) });
    return JSON.parse(this.read(join('synth.out', `${stack}.template.json`)));
  }

  /** A file of the project. */
  public read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8');
  }
}
