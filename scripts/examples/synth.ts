import { execFileSync } from 'child_process';
import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';

export const EXAMPLES = join(__dirname, '..', '..', 'examples');

export interface Template {
  readonly Resources: Record<string, { readonly Type: string; readonly DependsOn?: string[]; readonly [key: string]: any }>;
}

/** Synthesizes an example with the command and the context of its cdk.json, and returns the template of its only stack. */
export function synthExample(name: string, context: Record<string, unknown> = {}): Template {
  const folder = join(EXAMPLES, name);
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
    return JSON.parse(readFileSync(join(out, stack.properties.templateFile), 'utf8'));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
