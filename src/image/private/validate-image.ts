import { Arn, ArnFormat, aws_iam as iam, RemovalPolicy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { checkUniqueToStack } from '../../private/generated-name';
import { Problems } from '../../private/problems';
import { checkTags } from '../../private/tags';
import type { ImageAttributes, ImageProps } from '../image';

const IMAGE_NAME = /^[A-Za-z0-9]([-.]?[A-Za-z0-9])*$/;
const IMAGE_NAME_REMEDY = 'is not a valid image name: use letters and digits, with single hyphens or dots between them';
const IMAGE_ARN = /^arn:aws(-[\w]+)*:sagemaker:[a-z0-9-]+:\d{12}:image\/[a-zA-Z0-9]([-.]?[a-zA-Z0-9])*$/;
// CloudFormation allows these characters, including the range from space to underscore. The API allows no space at the ends.
const DISPLAY_NAME = /^(?! )[A-Za-z0-9 -_]+(?<! )$/;
/** The kinds of values that are accepted as an image. */
export const IMAGE = 'an Image, an import or a CfnImage';
/** The minimum and maximum length of the value of a tag. */
export const TAG_VALUE: [number, number] = [0, 256];

/** Checks the properties of an image. */
export function validateImageProps(scope: Construct, props: ImageProps): void {
  const problems = new Problems();
  checkImageProps(problems, props);
  problems.throwIfAny(scope);
}

/** Adds the problems of the properties of an image to other problems. */
export function checkImageProps(problems: Problems, props: ImageProps): void {
  checkImageName(problems, props.imageName);
  checkUniqueToStack(problems, 'imageName', { given: props.imageName, uniqueToStack: props.uniqueToStack });
  if (problems.length('displayName', props.displayName, 1, 128)) {
    problems.pattern('displayName', props.displayName, DISPLAY_NAME,
      'has a character that SageMaker does not allow: use letters, digits, spaces inside and the characters from ! to _ of ASCII');
  }
  problems.length('description', props.description, 1, 512);
  checkRole(problems, 'role', props.role);
  checkTags(problems, props.tags, TAG_VALUE);
  checkRemovalPolicy(problems, props.removalPolicy);
}

/** Checks an import by name. */
export function validateImageAttributes(scope: Construct, id: string, { imageName, role }: ImageAttributes): void {
  const problems = new Problems();
  checkImageName(problems, imageName, true);
  checkRole(problems, 'role', role);
  problems.throwIfAny(scope, id);
}

/** Checks an import by ARN. */
export function validateImageArn(scope: Construct, id: string, imageArn: string): void {
  const problems = new Problems();
  if (problems.arn('imageArn', imageArn, IMAGE_ARN, 'an image', 'image/<name>')) {
    checkImageName(problems, Arn.split(imageArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName);
  }
  problems.throwIfAny(scope, id);
}

/** Checks a removal policy that is set after construction. */
export function validateRemovalPolicy(scope: Construct, policy: RemovalPolicy): void {
  const problems = new Problems();
  problems.required('removalPolicy', policy, 'give DESTROY, RETAIN or RETAIN_ON_UPDATE_OR_DELETE');
  checkRemovalPolicy(problems, policy);
  problems.throwIfAny(scope);
}

/** SageMaker resources have no snapshots. */
export function checkRemovalPolicy(problems: Problems, policy: RemovalPolicy | undefined): void {
  if (policy === undefined) {
    return;
  }
  if (policy === RemovalPolicy.SNAPSHOT) {
    problems.add('removalPolicy SNAPSHOT is not supported: use DESTROY, RETAIN or RETAIN_ON_UPDATE_OR_DELETE');
  } else {
    const { SNAPSHOT, ...policies } = RemovalPolicy;
    problems.oneOf('removalPolicy', policy, policies);
  }
}

/** Checks an optional role. Its ARN becomes part of policies. */
export function checkRole(problems: Problems, name: string, role: iam.IRole | undefined): boolean {
  return role === undefined
    || (problems.instance(name, role, 'roleArn', 'a Role or an import by Role.fromRoleArn') && problems.withoutWildcards(name, role.roleArn));
}

export function checkImageName(problems: Problems, imageName: string | undefined, isRequired = false): void {
  problems.name('imageName', imageName, 63, IMAGE_NAME, IMAGE_NAME_REMEDY, isRequired);
}
