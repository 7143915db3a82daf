import { aws_sagemaker as sagemaker, Duration, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { IMAGE } from '../../image/private/validate-image';
import { checkImageEnvironment } from '../../image/private/validate-image-version';
import { describe, Problems } from '../../private/problems';
import { isUnknown, withPlaceholders } from '../../private/unknown';
import type { ImageRetentionLimit } from '../../provider/kinds/image-retention';
import type { ImageRetentionProps, ImageRetirementLimit } from '../image-retention';

/** An alias, in which `*` stands for any characters. */
const ALIAS_PATTERN = /^(?=.*[a-zA-Z0-9-_.])[a-zA-Z0-9-_.*]{1,128}$/;

/** Checks the properties of a retention. */
export function validateImageRetention(scope: Construct, props: ImageRetentionProps): void {
  const problems = new Problems();
  const { image, keepVersions, keepFor, expendableAliases, toBeArchived, archived } = props;
  if (problems.instance('image', image, 'imageRef', IMAGE)) {
    checkImageEnvironment(problems, scope, image as sagemaker.IImageRef);
  }
  checkKeepVersions(problems, keepVersions);
  checkDuration(problems, 'keepFor', keepFor);
  checkLimit(problems, 'toBeArchived', toBeArchived);
  checkLimit(problems, 'archived', archived);
  if ([keepVersions, keepFor, toBeArchived, archived].every((value) => value === undefined)) {
    problems.add('keepVersions and keepFor are missing: give the number of versions to keep, how long to keep them, or both');
  }
  checkOrder(problems, ['toBeArchived.versions', toBeArchived?.versions], ['archived.versions', archived?.versions], ['keepVersions', keepVersions]);
  problems.list('expendableAliases', expendableAliases, "give ['ci-*'] for example").forEach((alias, index) => {
    const name = `expendableAliases[${index}]`;
    if (problems.string(name, alias, "give an alias or a pattern such as 'ci-*'") && !isUnknown(alias) && !ALIAS_PATTERN.test(withPlaceholders(alias))) {
      problems.add(`${name} ${describe(alias)} is not valid: use 1 to 128 letters, digits, '-', '_', '.' and '*', not only '*'`);
    }
  });
  problems.boolean('dryRun', props.dryRun);
  problems.boolean('failIfUnreadable', props.failIfUnreadable);
  problems.length('refresh', props.refresh, 1, 1024);
  problems.throwIfAny(scope);
}

/** Checks the number of versions to keep. */
export function checkKeepVersions(problems: Problems, keepVersions: number | undefined, name = 'keepVersions'): void {
  if (keepVersions !== undefined && !Token.isUnresolved(keepVersions) && !(Number.isSafeInteger(keepVersions) && keepVersions >= 1)) {
    problems.add(`${name} must be a whole number of 1 or more, got ${describe(keepVersions)}`);
  }
}

/** Returns a limit as a property of the custom resource, or undefined if there is none. */
export function limitOf({ versions, age }: ImageRetirementLimit = {}): { [name in keyof ImageRetentionLimit]: unknown } | undefined {
  return versions === undefined && age === undefined ? undefined : { Versions: versions, Age: age?.toSeconds() };
}

function checkLimit(problems: Problems, name: string, limit: ImageRetirementLimit | undefined): void {
  if (limit !== undefined && problems.object(name, limit, 'give versions, age or both')) {
    checkKeepVersions(problems, limit.versions, `${name}.versions`);
    checkDuration(problems, `${name}.age`, limit.age);
    if (limit.versions === undefined && limit.age === undefined) {
      problems.add(`${name} has no limit: give versions, age or both`);
    }
  }
}

function checkDuration(problems: Problems, name: string, duration: Duration | undefined): void {
  if (duration === undefined) {
    return;
  }
  if (problems.instance(name, duration, 'toSeconds', 'a Duration, for example Duration.days(90)')) {
    const seconds = problems.attempt(() => duration.toSeconds());
    if (seconds !== undefined && !Token.isUnresolved(seconds) && !(seconds > 0)) {
      problems.add(`${name} must be longer than 0 seconds: give Duration.days(90) for example, or leave it out`);
    }
  }
}

/** A stage that begins later than the one after it would never be reached. */
function checkOrder(problems: Problems, ...stages: [name: string, versions: number | undefined][]): void {
  const known = stages.filter(([, versions]) => typeof versions === 'number' && !Token.isUnresolved(versions)) as [string, number][];
  known.slice(1).forEach(([name, versions], index) => {
    const [earlier, fewer] = known[index];
    if (versions <= fewer) {
      problems.add(`${name} must be more than ${earlier}, which is ${fewer}, got ${versions}: versions become TO_BE_ARCHIVED first, then ARCHIVED, and are deleted last`);
    }
  });
}
