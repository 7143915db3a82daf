import { execFileSync } from 'child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'fs';
import { basename, join } from 'path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { bundleLibrary } from '../scripts/bundle-library';

const ROOT = join(__dirname, '..');
const MODULES = join(ROOT, 'node_modules');
const SUBJECTS = join(__dirname, 'subjects');

/** The installation folders of the measured aws-cdk-lib releases. */
export const CDK = { newest: 'aws-cdk-lib-newest', floor: 'aws-cdk-lib' };
export type Cdk = keyof typeof CDK;

/**
 * A folder with the measured programs, and the library and aws-cdk-lib in its node_modules, as in a user's project.
 *
 * The compiled library is copied, so that it uses this aws-cdk-lib, and so that a concurrent compilation does not affect it.
 */
export class Installation {
  /** The path of the program to run. */
  public readonly program: string;

  constructor(public readonly cdk: Cdk, parent: string) {
    const folder = join(parent, cdk);
    const modules = join(folder, 'node_modules');
    const library = join(modules, 'cdk-sagemaker-images');
    mkdirSync(library, { recursive: true });
    mkdirSync(join(library, 'lib'));
    cpSync(join(ROOT, 'lib', 'index.js'), join(library, 'lib', 'index.js'));
    cpSync(join(ROOT, 'package.json'), join(library, 'package.json'));
    symlinkSync(join(MODULES, CDK[cdk]), join(modules, 'aws-cdk-lib'));
    symlinkSync(join(MODULES, 'constructs'), join(modules, 'constructs'));
    for (const file of filesIn(SUBJECTS)) {
      const { outputText } = transpileModule(readFileSync(file, 'utf8'), {
        compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true },
      });
      writeFileSync(join(folder, basename(file, '.ts') + '.js'), outputText);
    }
    this.program = join(folder, 'child.js');
  }
}

/** Compiles the library if its compiled files are missing or out of date, and bundles it into the file of the package. */
export async function compileLibrary(log: (line: string) => void): Promise<void> {
  const compiled = filesIn(join(ROOT, 'lib')).filter((file) => file.endsWith('.js'));
  const oldest = Math.min(...compiled.map(changed));
  const newest = Math.max(...filesIn(join(ROOT, 'src')).map(changed));
  if (compiled.length === 0 || oldest < newest) {
    log('Compiling the library ...');
    compile();
  }
  await bundleLibrary();
}

function compile(): void {
  try {
    execFileSync(join(MODULES, '.bin', 'jsii'), ['--silence-warnings=reserved-word'], { cwd: ROOT, stdio: 'pipe', timeout: 300_000 });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: Buffer; stderr?: Buffer };
    throw new Error(`the library does not compile:\n${stdout ?? ''}${stderr ?? ''}`);
  }
}

/** Returns the version of an installed package. */
export function versionOf(packageName: string): string {
  return JSON.parse(readFileSync(join(MODULES, packageName, 'package.json'), 'utf8')).version;
}

function changed(file: string): number {
  return statSync(file).mtimeMs;
}

/** Returns all files in a folder and its subfolders, or none if it does not exist. */
function filesIn(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })) {
    return [];
  }
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}
