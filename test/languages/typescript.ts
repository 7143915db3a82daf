import { readFileSync } from 'fs';
import { join } from 'path';
import { Project } from './project';
import { QUICKSTART } from '../../scripts/demo/quickstart';

/** The contexts of the quickstart: each release, with and without a Studio domain. */
export const CONTEXTS: Record<string, string>[] = [{ release: '1' }, { release: '2', domainId: 'd-abc123' }, { release: '3' }];

/** The folder with the templates of the TypeScript app, which uses the sources of the library. */
const TEMPLATES = join(__dirname, '..', '..', '.build', 'languages', 'typescript');

/** Synthesizes the TypeScript app, once for each run. */
export async function makeTypeScriptTemplates(): Promise<void> {
  const { app, context: defaults } = JSON.parse(readFileSync(join(QUICKSTART, 'cdk.json'), 'utf8'));
  const project = new Project('typescript', []);
  await Promise.all(CONTEXTS.map((context) =>
    project.must(`cd ${QUICKSTART} && ${app}`, { CDK_OUTDIR: join(TEMPLATES, context.release), CDK_CONTEXT_JSON: JSON.stringify({ ...defaults, ...context }) })));
}

/** Returns the template of the TypeScript app. */
export function typeScriptTemplate({ release }: Record<string, string>): unknown {
  return JSON.parse(readFileSync(join(TEMPLATES, release, 'Quickstart.template.json'), 'utf8'));
}
