import { aws_sagemaker as sagemaker, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { checkRepository } from '../../image/private/validate-base-image';
import { IMAGE } from '../../image/private/validate-image';
import { checkAlias as checkAnyAlias, checkImageEnvironment } from '../../image/private/validate-image-version';
import { parseRange } from '../../private/alias-range';
import { describe, Problems } from '../../private/problems';
import { isUnknown } from '../../private/unknown';
import type { ImageVersionLookupProps } from '../image-version-lookup';

/** Checks the properties of a look-up. */
export function validateImageVersionLookup(scope: Construct, { image, version, refresh, repository }: Required<Pick<ImageVersionLookupProps, 'version'>> & ImageVersionLookupProps): void {
  const problems = new Problems();
  if (problems.instance('image', image, 'imageRef', IMAGE)) {
    checkImageEnvironment(problems, scope, image as sagemaker.IImageRef);
  }
  if (problems.instance('version', version, '_check', "an ImageVersionSelector, for example ImageVersionSelector.alias('stable')")) {
    version._check(problems);
  }
  if (repository !== undefined) {
    checkRepository(problems, repository, 'repository');
  }
  problems.length('refresh', refresh, 1, 1024);
  problems.throwIfAny(scope);
}

/** Checks the alias of a selector. */
export function checkAlias(problems: Problems, alias: string): void {
  if (problems.required('version.alias', alias, "give an alias, for example 'stable'")) {
    checkAnyAlias(problems, 'version.alias', alias, true);
  }
}

/** Checks the range of a selector. */
export function checkAliasRange(problems: Problems, range: string): void {
  if (problems.length('version.aliasRange', range, 1, 256, true) && !isUnknown(range) && !parseRange(range)) {
    problems.add(`version.aliasRange ${describe(range)} is not valid: write it as for npm, for example '^2.4', '~2.4.1' or '>=2.4 <3'`);
  }
}

/** Checks the number of a selector. */
export function checkNumber(problems: Problems, number: number): void {
  if (!Token.isUnresolved(number) && !(Number.isSafeInteger(number) && number >= 1)) {
    problems.add(`version.number must be a whole number of 1 or more, got ${describe(number)}`);
  }
}
