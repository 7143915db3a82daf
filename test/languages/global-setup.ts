import { rmSync, symlinkSync } from 'fs';
import { join } from 'path';
import { DIST, PROJECTS } from './project';
import { makeTypeScriptTemplates } from './typescript';
import setUp from '../global-setup';

/** Synthesizes the TypeScript templates that all languages are compared with. */
export default async function (): Promise<void> {
  await setUp();
  await makeTypeScriptTemplates();
  // Examples refer to ../../dist, from their copies too.
  const link = join(PROJECTS, '..', 'dist');
  rmSync(link, { force: true });
  symlinkSync(DIST, link);
}
