import { readFileSync } from 'fs';
import { join } from 'path';
import { Step, stepsIn } from '../languages/document';

const PAGE = readFileSync(join(__dirname, '..', '..', 'docs', 'migration.md'), 'utf8');

/** Returns the files and commands in a section of docs/migration.md. */
export function migrationSteps(heading: string): Step[] {
  return stepsIn(PAGE, heading);
}

/** Returns the content of a file in a section of docs/migration.md. */
export function migrationFile(heading: string, name: string): string {
  const found = migrationSteps(heading).find((step) => 'file' in step && step.file === name);
  if (!found || !('file' in found)) {
    throw new Error(`section '${heading}' has no file '${name}'`);
  }
  return found.content;
}
