import { spawnSync } from 'child_process';

/** A language that the library is published for, by its jsii target name. */
export type Target = 'js' | 'python' | 'java' | 'go' | 'dotnet';

/** The commands that check the tools for building or using each package. */
const TOOLS: Record<Target, string[][]> = {
  js: [],
  python: [['python3', '--version']],
  java: [['java', '-version'], ['mvn', '--version']],
  go: [['go', 'version']],
  dotnet: [['dotnet', '--version']],
};

export const TARGETS = Object.keys(TOOLS) as Target[];

/** Returns the tools for a language that are not installed. */
export function missingTools(target: Target): string[] {
  return TOOLS[target].filter(([command, ...args]) => spawnSync(command, args, { stdio: 'ignore' }).status !== 0).map(([command]) => command);
}

/**
 * Returns why a language is skipped on this machine, or undefined if it is not.
 *
 * @throws if the environment variable REQUIRE_LANGUAGES (`python,java`) contains the language, so that CI does not skip it
 */
export function leftOut(target: Target): string | undefined {
  const missing = missingTools(target);
  const required = (process.env.REQUIRE_LANGUAGES ?? '').split(',').map((name) => name.trim()).filter((name) => name !== '');
  const unknown = required.filter((name) => !TARGETS.includes(name as Target));
  if (unknown.length > 0) {
    throw new Error(`REQUIRE_LANGUAGES contains unknown languages '${unknown.join("', '")}': choose from ${TARGETS.join(', ')}`);
  }
  if (missing.length > 0 && required.includes(target)) {
    throw new Error(`${target}: ${missing.join(' and ')} not found, but REQUIRE_LANGUAGES contains ${target}`);
  }
  return missing.length > 0 ? `${missing.join(' and ')} not found` : undefined;
}
