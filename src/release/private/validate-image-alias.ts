import { aws_sagemaker as sagemaker, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { imageNameOf, imageResourceOf } from '../../image/private/image-facts';
import { imageNameOfVersion, imageOfVersion } from '../../image/private/image-version-facts';
import { IMAGE } from '../../image/private/validate-image';
import { checkAlias, checkImageEnvironment } from '../../image/private/validate-image-version';
import { warnOfAliases } from '../../image/private/warn-alias';
import { Problems, quote } from '../../private/problems';
import { checkSameStage } from '../../private/same-stage';
import { isUnknown } from '../../private/unknown';
import type { ImageAliasProps } from '../image-alias';

/** Checks the properties of an alias, and adds warnings. */
export function validateImageAlias(scope: Construct, { image, alias, version }: ImageAliasProps): void {
  const problems = new Problems();
  const isImage = problems.instance('image', image, 'imageRef', IMAGE);
  if (isImage) {
    checkImageEnvironment(problems, scope, image);
  }
  if (problems.required('alias', alias, "give an alias, for example 'prod'")) {
    checkAlias(problems, 'alias', alias, true);
  }
  if (problems.instance('version', version, 'imageVersionRef', 'an ImageVersion, an ImageAlias, a look-up, an import or a CfnImageVersion') && isImage) {
    checkVersion(problems, scope, image, version);
  }
  problems.throwIfAny(scope);

  warnOfAliases(scope, [alias]);
}

/** An alias names a version of its own image. */
function checkVersion(problems: Problems, scope: Construct, image: sagemaker.IImageRef, version: sagemaker.IImageVersionRef): void {
  const { account, region } = Stack.of(scope);
  const { env } = version;
  if (env && (differ(env.account, account) || differ(env.region, region))) {
    problems.add(`version ${version.node.path} is in ${env.account}/${env.region} and the stack in ${account}/${region}: `
      + 'put the alias into a stack of the same account and Region');
    return;
  }
  checkSameStage(problems, 'version', version, scope);
  const name = problems.attempt(() => imageNameOf(image));
  const other = problems.attempt(() => imageNameOfVersion(version));
  const areKnown = typeof name === 'string' && typeof other === 'string' && !isUnknown(name) && !isUnknown(other);
  if (areKnown ? name.toLowerCase() !== other.toLowerCase() : areDifferent(image, imageOfVersion(version))) {
    problems.add(`version ${version.node.path} is a version of image ${show(other)}, and the alias is for image ${show(name)}: use a version of the same image`);
  }
}

/** Whether two images are known to be different, although their names are not known. */
function areDifferent(image: sagemaker.IImageRef, other: sagemaker.IImageRef | undefined): boolean {
  const [one, two] = [imageResourceOf(image), other && imageResourceOf(other)];
  return one !== undefined && two !== undefined && one !== two;
}

function show(name: string | undefined): string {
  return name === undefined || isUnknown(name) ? 'of another construct' : quote(name);
}

function differ(one: string | undefined, other: string): boolean {
  return one !== undefined && Token.compareStrings(one, other) === TokenComparison.DIFFERENT;
}
