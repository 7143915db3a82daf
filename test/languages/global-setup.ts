import { makeTypeScriptTemplates } from './typescript';
import setUp from '../global-setup';

/** What the tests of all languages are compared with. */
export default async function (): Promise<void> {
  await setUp();
  await makeTypeScriptTemplates();
}
