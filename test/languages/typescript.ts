import { readFileSync } from 'fs';
import { join } from 'path';
import { Project } from './project';
import { QUICKSTART } from '../../scripts/demo/quickstart';

/** With and without Studio, and whatever differs from one release to the next. */
export const CONTEXTS: Record<string, string>[] = [{ release: '1' }, { release: '2', domainId: 'd-abc123' }, { release: '3' }];

/** Where the templates of the same app in TypeScript, on the sources, are for the tests of all languages. */
const TEMPLATES = join(__dirname, '..', '..', '.build', 'languages', 'typescript');

/** Makes them, once for each run. */
export async function makeTypeScriptTemplates(): Promise<void> {
  const { app } = JSON.parse(readFileSync(join(QUICKSTART, 'cdk.json'), 'utf8'));
  const project = new Project('typescript', []);
  await Promise.all(CONTEXTS.map((context) =>
    project.must(`cd ${QUICKSTART} && ${app}`, { CDK_OUTDIR: join(TEMPLATES, context.release), CDK_CONTEXT_JSON: JSON.stringify(context) })));
}

/** One of them. */
export function typeScriptTemplate({ release }: Record<string, string>): unknown {
  return JSON.parse(readFileSync(join(TEMPLATES, release, 'Quickstart.template.json'), 'utf8'));
}
