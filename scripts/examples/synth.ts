import { execFileSync } from 'child_process';
import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';

export const EXAMPLES = join(__dirname, '..', '..', 'examples');

export interface Template {
  readonly Resources: Record<string, { readonly Type: string; readonly DependsOn?: string[]; readonly [key: string]: any }>;
}

/** What the app of an example creates. */
export interface Synthesized {
  readonly template: Template;
  /** The warnings and errors that the CDK CLI would print. */
  readonly messages: string[];
}

/** Synthesizes an example with the command and the context of its cdk.json, and returns the template of its only stack. */
export function synthExample(name: string, context: Record<string, unknown> = {}): Template {
  return synthFolder(join(EXAMPLES, name), context).template;
}

/** Synthesizes the app in a folder with the command and the context of its cdk.json. The app has one stack. */
export function synthFolder(folder: string, context: Record<string, unknown> = {}): Synthesized {
  const config = JSON.parse(readFileSync(join(folder, 'cdk.json'), 'utf8'));
  const out = mkdtempSync(join(tmpdir(), 'example-'));
  try {
    const all = { 'aws:cdk:enable-path-metadata': true, ...config.context, ...context };
    execFileSync('bash', ['-c', config.app], {
      cwd: folder,
      env: { ...process.env, CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify(all), CDK_VALIDATION: 'false' },
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 120_000,
    });
    const { artifacts } = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));
    const [stack] = Object.values<any>(artifacts).filter(({ type }) => type === 'aws:cloudformation:stack');
    const read = (file: string) => JSON.parse(readFileSync(join(out, file), 'utf8'));
    const metadata = stack.additionalMetadataFile ? read(stack.additionalMetadataFile) : stack.metadata ?? {};
    return {
      template: read(stack.properties.templateFile),
      messages: Object.values<any>(metadata).flat().filter(({ type }) => /^aws:cdk:(warning|error)$/.test(type)).map(({ data }) => data),
    };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
