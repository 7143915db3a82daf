import { statSync } from 'fs';
import { join, resolve } from 'path';
import type { aws_ecr as ecr } from 'aws-cdk-lib';
import { REPOSITORY_NAME } from './ecr-uri';
import { Problems, quote } from '../../private/problems';

/** Checks the directory that a container image is built from. */
export function checkDirectory(problems: Problems, directory: string, dockerfile = 'Dockerfile'): void {
  if (isImageUri(directory)) {
    problems.add(`the directory of baseImage ${quote(directory)} is the URI of a container image: use ${baseImageFor(directory)}`);
  } else if (checkPath(problems, 'the directory of baseImage', directory, 'directory', "give one with a Dockerfile, for example 'docker/torch'")
    && problems.string('the option file of baseImage', dockerfile, "give its path in the directory, for example 'gpu.Dockerfile'")) {
    checkPath(problems, 'the Dockerfile of baseImage', join(directory, dockerfile), 'file', 'give the option file if it has another name');
  }
}

/** Returns the call that makes a base image of a value that was given instead of one. */
export function baseImageFor(value: unknown): string {
  const has = (member: string) => typeof value === 'object' && value !== null && member in value;
  if (isImageUri(value)) {
    return `BaseImage.fromUri(${quote(value)}) or BaseImage.fromEcrRepository(repository, tag)`;
  }
  if (has('imageUri')) {
    return 'BaseImage.fromDockerImageAsset(asset)';
  }
  return has('repositoryRef') ? 'BaseImage.fromEcrRepository(repository, tag)' : "BaseImage.fromAsset('docker/torch')";
}

/** Whether a value is most likely the URI of a container image in ECR: valid or not, known or not. */
function isImageUri(value: unknown): value is string {
  return typeof value === 'string' && /\.dkr[.-]ecr/.test(value);
}

/** Checks the archive that a container image is loaded from. */
export function checkArchive(problems: Problems, tarballFile: string): void {
  checkPath(problems, 'the archive of baseImage', tarballFile, 'file', "give the path of the output of 'docker save'");
}

/** Checks the repository of a container image. Its name and ARN, which an import takes from anywhere, become parts of policies. */
export function checkRepository(problems: Problems, repository: ecr.IRepositoryRef, name = 'the repository of baseImage'): void {
  if (!problems.instance(name, repository, 'repositoryRef', 'a Repository, an import or a CfnRepository')) {
    return;
  }
  const { repositoryName, repositoryArn } = repository.repositoryRef;
  if (problems.name(`the name of ${name}`, repositoryName, 256, REPOSITORY_NAME,
    "is not a valid name of a repository: use lower-case letters and digits, with '-', '_', '.' and '/' between them", true)) {
    problems.withoutWildcards(`the ARN of ${name}`, repositoryArn);
  }
}

function checkPath(problems: Problems, name: string, path: string, kind: 'directory' | 'file', remedy: string): boolean {
  if (!problems.string(name, path, remedy)) {
    return false;
  }
  const wrong = problemOf(path, kind);
  if (wrong) {
    problems.add(`${name} '${resolve(path)}' ${wrong}: ${remedy}`);
  }
  return !wrong;
}

function problemOf(path: string, kind: 'directory' | 'file'): string | undefined {
  try {
    return statSync(path).isDirectory() === (kind === 'directory') ? undefined : `is not a ${kind}`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'does not exist' : `cannot be read (${code})`;
  }
}
