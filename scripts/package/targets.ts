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
