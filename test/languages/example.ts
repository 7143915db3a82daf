import { stepsIn } from './document';
import type { Project } from './project';

/** Installs a copy of an example with the commands of its README. */
export async function installExample(project: Project): Promise<void> {
  await project.follow(stepsIn(project.read('README.md'), 'Install'));
}

/** Returns the commands with which the README of an example deploys its releases and destroys them. */
export function releasesIn(project: Pick<Project, 'read'>): string[] {
  const [{ commands }] = stepsIn(project.read('README.md'), 'Deploy') as { commands: string }[];
  return commands.trim().split('\n').map((line) => line.replace(/ *#.*/, ''));
}
