/**
 * `npx ts-node --transpile-only -P test/tsconfig.json scripts/examples/flags.ts`: writes the feature flags that `cdk init` sets in a new
 * app into the cdk.json of each example.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';
import { EXAMPLES } from './synth';

/** A cdk.json. */
interface Config {
  readonly context?: Record<string, unknown>;
}

/** Returns the feature flags that the installed CDK CLI recommends. */
export function recommendedFlags(): Record<string, unknown> {
  const cli = dirname(require.resolve('aws-cdk/package.json'));
  return JSON.parse(readFileSync(join(cli, 'lib', 'init-templates', '.recommended-feature-flags.json'), 'utf8'));
}

/** Returns a configuration with the recommended flags, instead of those that it has. Other context values stay. */
export function withFlags<T extends Config>(config: T, flags: Record<string, unknown> = recommendedFlags()): T {
  const others = Object.entries(config.context ?? {}).filter(([name]) => !name.startsWith('@aws-cdk'));
  return { ...config, context: Object.fromEntries([...others, ...Object.entries(flags).sort(([a], [b]) => a < b ? -1 : 1)]) };
}

/** Returns the path of each cdk.json. */
export function configsOfExamples(): string[] {
  return readdirSync(EXAMPLES).map((name) => join(EXAMPLES, name, 'cdk.json')).filter((file) => existsSync(file));
}

if (require.main === module) {
  for (const file of configsOfExamples()) {
    writeFileSync(file, `${JSON.stringify(withFlags(JSON.parse(readFileSync(file, 'utf8'))), undefined, 2)}\n`);
  }
}
