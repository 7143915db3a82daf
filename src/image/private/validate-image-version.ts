import { aws_sagemaker as sagemaker, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { checkContainerImageResource } from './container-image';
import { isDigest, isTag, parseEcrUri } from './ecr-uri';
import { splitImageVersionArn } from './image-version-facts';
import { baseImageFor, checkRepository } from './validate-base-image';
import { checkImageName, checkRemovalPolicy, IMAGE } from './validate-image';
import { checkNameAndVersion } from './validate-metadata';
import { warnOfAliases } from './warn-alias';
import { warnOfLifecycleRules } from './warn-lifecycle-rules';
import { warnOfMovingTag } from './warn-moving-tag';
import { see } from '../../private/help';
import { describe, Problems, quote } from '../../private/problems';
import { checkSameStage } from '../../private/same-stage';
import { isUnknown, withPlaceholders } from '../../private/unknown';
import { warn } from '../../private/warnings';
import type { BaseImageConfig } from '../base-image';
import type { ImageVersionAttributes, ImageVersionOptions, ImageVersionProps } from '../image-version';
import { JobType, MlFramework, Processor, ProgrammingLang, VendorGuidance } from '../version-metadata';

const ALIAS = /^(?![.-])[a-zA-Z0-9-_.]+$/;
const PLATFORM = /^[a-z0-9_]+(\/[a-z0-9_]+){0,2}$/;
const IMAGE_VERSION_ARN = /^arn:aws(-[\w]+)*:sagemaker:[a-z0-9-]+:\d{12}:image-version\/[a-zA-Z0-9]([-.]?[a-zA-Z0-9])*\/[1-9]\d*$/;

/** Binds the base image of a version, checks it together with all other properties, and adds warnings. */
export function validateImageVersionProps(scope: Construct, props: ImageVersionProps): BaseImageConfig {
  const problems = new Problems();
  const source = bindBaseImage(problems, scope, props);
  if (problems.instance('image', props.image, 'imageRef', IMAGE)) {
    checkImageEnvironment(problems, scope, props.image);
  }
  checkMetadata(problems, props);
  checkRemovalPolicy(problems, props.removalPolicy);
  if (source) {
    checkContainerImageResource(problems, scope, props, source);
  }
  problems.throwIfAny(scope);

  warnOfMovingTag(scope, source!);
  warnOfLifecycleRules(scope, source!);
  warnOfAliasOnRebuiltImage(scope, props, source!);
  warnOfAliases(scope, [props.alias, ...Token.isUnresolved(props.aliases) ? [] : props.aliases ?? []]);
  return source!;
}

/** Binds the base image of a version and checks it. Returns undefined if it cannot be bound. */
export function bindBaseImage(problems: Problems, scope: Construct, { baseImage }: ImageVersionOptions): BaseImageConfig | undefined {
  const source = problems.instance('baseImage', baseImage, 'bind', `a BaseImage, for example ${baseImageFor(baseImage)}`)
    ? problems.attempt(() => baseImage.bind(scope)) : undefined;
  if (source) {
    checkBaseImage(problems, scope, source);
  }
  return source;
}

/** Checks the metadata of a version. */
export function checkMetadata(problems: Problems, props: ImageVersionOptions): void {
  checkAlias(problems, 'alias', props.alias);
  problems.list('aliases', props.aliases, "give ['latest'] for example").forEach((alias, index) =>
    problems.required(`aliases[${index}]`, alias, 'give an alias or leave it out') && checkAlias(problems, `aliases[${index}]`, alias));
  problems.oneOf('vendorGuidance', props.vendorGuidance, VendorGuidance);
  problems.oneOf('jobType', props.jobType, JobType);
  problems.oneOf('processor', props.processor, Processor);
  problems.boolean('horovod', props.horovod);
  problems.boolean('preflight', props.preflight);
  checkNameAndVersion(problems, 'mlFramework', props.mlFramework, MlFramework, "MlFramework.pytorch('2.4')");
  checkNameAndVersion(problems, 'programmingLang', props.programmingLang, ProgrammingLang, "ProgrammingLang.python('3.11')");
  problems.length('releaseNotes', props.releaseNotes, 1, 255);
}

/** Checks an import by ARN. */
export function validateImageVersionArn(scope: Construct, id: string, arn: string): void {
  const problems = new Problems();
  if (problems.arn('imageVersionArn', arn, IMAGE_VERSION_ARN, 'an image version', 'image-version/<name>/<number>')) {
    checkImageName(problems, splitImageVersionArn(arn).imageName);
  }
  problems.throwIfAny(scope, id);
}

/** Checks an import by number. */
export function validateImageVersionAttributes(scope: Construct, id: string, attrs: ImageVersionAttributes): void {
  const problems = new Problems();
  problems.instance('image', attrs.image, 'imageRef', IMAGE);
  if (!Token.isUnresolved(attrs.version) && !(Number.isInteger(attrs.version) && attrs.version >= 1)) {
    problems.add(`version ${describe(attrs.version)} is not a valid version number: give 1, 2, 3 and so on`);
  }
  problems.throwIfAny(scope, id);
}

/** Checks the configuration of a base image. */
function checkBaseImage(problems: Problems, scope: Construct, source: BaseImageConfig): void {
  const { imageUri, repository, tag, digest } = source;
  const region = checkUri(problems, imageUri) ?? repository?.env.region;
  if (repository !== undefined) {
    checkRepository(problems, repository);
  }
  if (tag !== undefined && !isUnknown(tag) && !isTag(tag)) {
    problems.add(`the tag ${quote(tag)} of baseImage is not a valid tag: use 1 to 128 letters, digits, '_', '-' and '.', `
      + "not starting with '-' or '.'");
  }
  if (digest !== undefined && !isUnknown(digest) && !isDigest(digest)) {
    problems.add(`the digest ${quote(digest)} of baseImage is not a valid digest: give 'sha256:' and 64 hexadecimal digits`);
  }
  checkFollowing(problems, source);
  if (source.encryptionKeyArn !== undefined) {
    problems.withoutWildcards('the key of the repository of baseImage', source.encryptionKeyArn);
  }
  if (differ(region, Stack.of(scope).region)) {
    problems.add(`baseImage is in ${region} and the stack in ${Stack.of(scope).region}: SageMaker pulls in its own Region only, `
      + 'so replicate the repository there');
  }
}

/** Checks what the custom resource for the container image needs. */
function checkFollowing(problems: Problems, { imageUri, digest, followTag, refresh, platform }: BaseImageConfig): void {
  problems.boolean('the option followTag of baseImage', followTag);
  problems.length('the option refresh of baseImage', refresh, 1, 1024);
  if (refresh !== undefined && followTag !== true) {
    problems.add('the option refresh of baseImage has no effect without followTag: set followTag to true or leave out refresh');
  }
  if (followTag && (digest !== undefined || (!isUnknown(imageUri) && parseEcrUri(String(imageUri))?.digest !== undefined))) {
    problems.add('baseImage has a digest, which never moves: leave out followTag');
  }
  problems.pattern('the platform of baseImage', platform, PLATFORM, "is not a valid platform: give '<os>/<architecture>', for example 'linux/amd64'");
}

/** Checks the URI of a container image, or its registry if the rest is unknown, and returns its Region if that is known. */
function checkUri(problems: Problems, imageUri: string): string | undefined {
  if (!problems.length('baseImage', imageUri, 1, 255, true) || typeof imageUri !== 'string') {
    return undefined;
  }
  const [registry] = imageUri.split('/');
  if (withPlaceholders(imageUri).split('/')[0] !== registry) {
    return undefined;
  }
  const uri = parseEcrUri(isUnknown(imageUri) ? `${registry}/x` : imageUri);
  if (!uri) {
    problems.add(`baseImage ${quote(imageUri)} is not a valid URI of a container image in ECR: give '<account>.dkr.ecr.<region>.amazonaws.com/`
      + "<repository>[:<tag>|@<digest>]', or let BaseImage.fromAsset build and push one" + see('A base image is not accepted'));
  }
  return uri?.region;
}

/** A version is created in the account and Region of its image. */
export function checkImageEnvironment(problems: Problems, scope: Construct, image: sagemaker.IImageRef): void {
  const { account, region } = Stack.of(scope);
  if (differ(image.env.account, account) || differ(image.env.region, region)) {
    problems.add(`image ${image.node.path} is in ${image.env.account}/${image.env.region} and the stack in ${account}/${region}: `
      + 'use a stack in the account and Region of the image');
  }
  checkSameStage(problems, 'image', image, scope);
}

/** Checks an alias, which is optional by default. */
export function checkAlias(problems: Problems, name: string, alias: string | undefined, isRequired = false): void {
  if (problems.length(name, alias, 1, 128, isRequired)) {
    problems.pattern(name, alias, ALIAS, "is not a valid alias: use letters, digits, '-', '_' and '.', not starting with '-' or '.'");
  }
}

/** SageMaker does not document how it handles an alias that another version has. */
function warnOfAliasOnRebuiltImage(scope: Construct, props: ImageVersionProps, source: BaseImageConfig): void {
  const hasFixed = [props.alias, ...props.aliases ?? []].some((alias) => alias !== undefined && !isUnknown(alias));
  if ((source.builtFromSource || source.followTag) && hasFixed) {
    const [why, next, remedy] = source.followTag
      ? ['follows a tag', 'deployment after a push', 'leave out alias and aliases']
      : ['is built from sources', 'build', 'leave out alias and aliases, or change them with the sources'];
    warn(scope, 'aliasOnRebuiltImage',
      `the version has a fixed alias, and its base image ${why}: the next ${next} creates a new version while the `
      + `old one, which is kept, still has the alias. SageMaker may refuse that, and the deployment is then rolled back: ${remedy}`);
  }
}

function differ(one: string | undefined, other: string): boolean {
  return one !== undefined && Token.compareStrings(one, other) === TokenComparison.DIFFERENT;
}
