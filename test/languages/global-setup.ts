import { makeTypeScriptTemplates } from './typescript';
import setUp from '../global-setup';

/** Synthesizes the TypeScript templates that all languages are compared with. */
export default async function (): Promise<void> {
  await setUp();
  await makeTypeScriptTemplates();
}
