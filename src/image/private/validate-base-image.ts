import { statSync } from 'fs';
import { join, resolve } from 'path';
import { aws_ecr as ecr } from 'aws-cdk-lib';
import { Problems } from '../../private/problems';

/** Where a container image is built from. */
export function checkDirectory(problems: Problems, directory: string, dockerfile = 'Dockerfile'): boolean {
  return checkPath(problems, 'the directory of baseImage', directory, 'directory', "give one with a Dockerfile, for example 'docker/torch'")
    && problems.text('the option file of baseImage', dockerfile, "give its path in the directory, for example 'gpu.Dockerfile'")
    && checkPath(problems, 'the Dockerfile of baseImage', join(directory, dockerfile), 'file', 'give the option file if it has another name');
}

/** What a container image is loaded from. */
export function checkArchive(problems: Problems, tarballFile: string): boolean {
  return checkPath(problems, 'the archive of baseImage', tarballFile, 'file', "give the path of what 'docker save' wrote");
}

/** Where a container image is. */
export function checkRepository(problems: Problems, repository: ecr.IRepositoryRef): boolean {
  return problems.instance('the repository of baseImage', repository, 'repositoryRef', 'give a repository of this app or an import');
}

function checkPath(problems: Problems, name: string, path: string, kind: 'directory' | 'file', remedy: string): boolean {
  if (!problems.text(name, path, remedy)) {
    return false;
  }
  const wrong = whatIsWrong(path, kind);
  if (wrong) {
    problems.add(`${name} '${resolve(path)}' ${wrong}: ${remedy}`);
  }
  return !wrong;
}

function whatIsWrong(path: string, kind: 'directory' | 'file'): string | undefined {
  try {
    return statSync(path).isDirectory() === (kind === 'directory') ? undefined : `is not a ${kind}`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'does not exist' : `cannot be looked at (${code})`;
  }
}
