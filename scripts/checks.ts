import { createHash } from 'crypto';
import { existsSync, mkdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { Counts } from './counts';
import { excuse, missingDocstrings, readAssembly, readExcuses } from './docstrings';

const ROOT = join(__dirname, '..');

/** What a check needs of the part that runs it. */
export interface Shell {
  /** Everything that was printed and logged so far. */
  readonly output: string;
  log(line: string): void;
  exec(command: string, env?: NodeJS.ProcessEnv): Promise<boolean>;
}

/** API.md is what the docstrings say now. */
export async function checkApiDocs(shell: Shell): Promise<Counts> {
  const fresh = join('.build', 'api', 'API.md');
  mkdirSync(join(ROOT, '.build', 'api'), { recursive: true });
  const ok = await shell.exec(`npx jsii-docgen -o ${fresh}`);
  return verdict(shell, ok && sameText(fresh, 'API.md'), 'API.md is not what the source says: run npx projen docgen and commit it');
}

/** Every public symbol has a proper docstring. */
export function checkDocstrings(shell: Shell): Counts {
  const missing = excuse(missingDocstrings(readAssembly()), readExcuses());
  return verdict(shell, missing.length === 0, missing.join('\n'));
}

/** What projen writes is what .projenrc.ts says. */
export async function checkGeneratedFiles(shell: Shell): Promise<Counts> {
  const files: string[] = JSON.parse(readFileSync(join(ROOT, '.projen', 'files.json'), 'utf8')).files;
  const before = files.map(fingerprint);
  const ok = await shell.exec('npx projen default');
  const changed = files.filter((file, index) => fingerprint(file) !== before[index]);
  return verdict(shell, ok && changed.length === 0, `not what .projenrc.ts says (run npx projen and commit): ${changed.join(', ')}`);
}

function sameText(one: string, other: string): boolean {
  return existsSync(join(ROOT, other)) && fingerprint(one) === fingerprint(other);
}

function fingerprint(file: string): string {
  return existsSync(join(ROOT, file)) ? createHash('sha256').update(readFileSync(join(ROOT, file))).digest('hex') : 'missing';
}

function verdict(shell: Shell, ok: boolean, problem: string): Counts {
  if (!ok) {
    shell.log(problem);
  }
  return ok ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}
