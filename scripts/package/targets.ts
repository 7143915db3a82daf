import { spawnSync } from 'child_process';

/** A language that the library is published for, by its name in jsii. */
export type Target = 'js' | 'python' | 'java' | 'go' | 'dotnet';

/** The programs that each package needs to be built or used, and how to ask whether they are there. */
const TOOLS: Record<Target, string[][]> = {
  js: [],
  python: [['python3', '--version']],
  java: [['java', '-version'], ['mvn', '--version']],
  go: [['go', 'version']],
  dotnet: [['dotnet', '--version']],
};

export const TARGETS = Object.keys(TOOLS) as Target[];

/** The programs for a language that are not on this machine. */
export function missingTools(target: Target): string[] {
  return TOOLS[target].filter(([command, ...args]) => spawnSync(command, args, { stdio: 'ignore' }).status !== 0).map(([command]) => command);
}

/**
 * Why a language is left out on this machine; undefined if it is not.
 *
 * @throws if the variable REQUIRE_LANGUAGES names it (`python,java`): CI is not green without what it is meant to test
 */
export function leftOut(target: Target): string | undefined {
  const missing = missingTools(target);
  const required = (process.env.REQUIRE_LANGUAGES ?? '').split(',').map((name) => name.trim()).filter((name) => name !== '');
  const unknown = required.filter((name) => !TARGETS.includes(name as Target));
  if (unknown.length > 0) {
    throw new Error(`REQUIRE_LANGUAGES names '${unknown.join("', '")}': choose from ${TARGETS.join(', ')}`);
  }
  if (missing.length > 0 && required.includes(target)) {
    throw new Error(`${target}: ${missing.join(' and ')} not found, and REQUIRE_LANGUAGES asks for it`);
  }
  return missing.length > 0 ? `${missing.join(' and ')} not found` : undefined;
}
