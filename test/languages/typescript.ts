import { readFileSync } from 'fs';
import { join } from 'path';
import { appIn, Project } from './project';
import { QUICKSTART } from '../../scripts/demo/quickstart';

/** The contexts of the quickstart: each release, with and without a Studio domain and the other stacks. */
export const CONTEXTS: Record<string, string>[] = [
  { release: '1' },
  { release: '2', domainId: 'd-abc123', prod: '2.4' },
  // examples/*/cdk.context.json has the role of this image.
  { release: '3', existing: 'base' },
];

/** The folder with the templates of the TypeScript app, which uses the sources of the library. */
const TEMPLATES = join(__dirname, '..', '..', '.build', 'languages', 'typescript');

/** Synthesizes the TypeScript app, once for each run. */
export async function makeTypeScriptTemplates(): Promise<void> {
  const project = new Project('typescript', []);
  await Promise.all(CONTEXTS.map((context) => {
    const { app, env } = appIn(QUICKSTART, context);
    return project.must(`cd ${QUICKSTART} && ${app}`, { ...env, CDK_OUTDIR: join(TEMPLATES, context.release) });
  }));
}

/** Returns the stacks of the quickstart. */
export function stacksOf({ prod, existing }: Record<string, string>): string[] {
  return ['Quickstart', ...prod ? ['Releases'] : [], ...existing ? ['ExistingImage'] : []];
}

/** Returns the templates of the TypeScript app. */
export function typeScriptTemplates(context: Record<string, string>): unknown[] {
  return stacksOf(context).map((stack) => withoutTime(JSON.parse(readFileSync(join(TEMPLATES, context.release, `${stack}.template.json`), 'utf8'))));
}

/** Returns the templates of the app of a project. */
export async function templatesOf(project: Project, context: Record<string, string>): Promise<unknown[]> {
  return (await project.synth(stacksOf(context), context)).map(withoutTime);
}

/** Returns a template without the time of the synth, which differs each time. */
function withoutTime(template: unknown): unknown {
  return JSON.parse(JSON.stringify(template).replace(/(?<="Refresh":")\d{4}-\d\d-\d\dT[\d:.]+Z(?=")/g, 'the time of the synth'));
}
