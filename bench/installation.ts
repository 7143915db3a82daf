import { execFileSync } from 'child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'fs';
import { basename, join } from 'path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { bundleLibrary } from '../scripts/bundle-library';

const ROOT = join(__dirname, '..');
const MODULES = join(ROOT, 'node_modules');
const SUBJECTS = join(__dirname, 'subjects');

/** The releases of aws-cdk-lib that are measured, by the folder that they are installed in. */
export const CDK = { newest: 'aws-cdk-lib-newest', floor: 'aws-cdk-lib' };
export type Cdk = keyof typeof CDK;

/**
 * A folder in which the measured programs find the library and aws-cdk-lib as a user has them: in its node_modules.
 *
 * The compiled library is copied, so that its aws-cdk-lib is the one beside it, and a compilation that runs meanwhile
 * changes nothing.
 */
export class Installation {
  /** The program to run. */
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

/** Compiles the library if there is no compiled one, or an older one, and makes the one file of it that ships. */
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

/** The release of an installed package. */
export function versionOf(packageName: string): string {
  return JSON.parse(readFileSync(join(MODULES, packageName, 'package.json'), 'utf8')).version;
}

function changed(file: string): number {
  return statSync(file).mtimeMs;
}

/** All files in a folder and below; none if there is no such folder. */
function filesIn(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })) {
    return [];
  }
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}
