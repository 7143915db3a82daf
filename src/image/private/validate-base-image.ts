import { existsSync } from 'fs';
import { join, resolve } from 'path';
import { Problems } from '../../private/problems';

/** Where a container image is built from. */
export function checkDirectory(problems: Problems, directory: string, dockerfile = 'Dockerfile'): boolean {
  return checkPath(problems, 'the directory of baseImage', directory, "give one with a Dockerfile, for example 'docker/torch'")
    && checkPath(problems, 'the Dockerfile of baseImage', join(directory, dockerfile), 'give the option file if it has another name');
}

/** What a container image is loaded from. */
export function checkArchive(problems: Problems, tarballFile: string): boolean {
  return checkPath(problems, 'the archive of baseImage', tarballFile, "give the path of what 'docker save' wrote");
}

function checkPath(problems: Problems, name: string, path: string, remedy: string): boolean {
  if (problems.required(name, path, remedy) && !existsSync(path)) {
    problems.add(`${name} '${resolve(path)}' does not exist: ${remedy}`);
    return false;
  }
  return path !== undefined && path !== null;
}
