import { Arn, ArnFormat, aws_iam as iam, RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { Problems } from '../../private/problems';
import { checkTags } from '../../private/tags';
import { ImageAttributes, ImageProps } from '../image';

const IMAGE_NAME = /^[A-Za-z0-9]([-.]?[A-Za-z0-9])*$/;
const IMAGE_NAME_REMEDY = 'is no image name: use letters and digits, with single hyphens or dots between them';
const IMAGE_ARN = /^arn:aws(-[\w]+)*:sagemaker:[^:]+:\d{12}:image\/[a-zA-Z0-9]([-.]?[a-zA-Z0-9])*$/;
// CloudFormation allows these characters (the range from space to underscore is its own), the API no space at the ends.
const DISPLAY_NAME = /^(?! )[A-Za-z0-9 -_]+(?<! )$/;
/** How long the value of a tag may be. */
export const TAG_VALUE: [number, number] = [0, 256];

/** Everything that can be wrong with the properties of an image. */
export function validateImageProps(scope: Construct, props: ImageProps): void {
  const problems = new Problems();
  checkImageProps(problems, props);
  problems.throwIfAny(scope);
}

/** The same, together with other problems. */
export function checkImageProps(problems: Problems, props: ImageProps): void {
  checkImageName(problems, props.imageName);
  if (problems.length('displayName', props.displayName, 1, 128)) {
    problems.pattern('displayName', props.displayName, DISPLAY_NAME,
      'has a character that SageMaker does not allow: use letters, digits, spaces inside and the characters from ! to _ of ASCII');
  }
  problems.length('description', props.description, 1, 512);
  checkRole(problems, 'role', props.role);
  checkTags(problems, props.tags, TAG_VALUE);
  checkRemovalPolicy(problems, props.removalPolicy);
}

/** For an import by name, with what is known besides. */
export function validateImageAttributes(scope: Construct, id: string, { imageName, role }: ImageAttributes): void {
  const problems = new Problems();
  checkImageName(problems, imageName, true);
  checkRole(problems, 'role', role);
  problems.throwIfAny(scope, id);
}

/** For an import by ARN. */
export function validateImageArn(scope: Construct, id: string, imageArn: string): void {
  const problems = new Problems();
  if (problems.arn('imageArn', imageArn, IMAGE_ARN, 'an image', 'image/<name>')) {
    checkImageName(problems, Arn.split(imageArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName);
  }
  problems.throwIfAny(scope, id);
}

/** For a removal policy that is changed later. */
export function validateRemovalPolicy(scope: Construct, policy: RemovalPolicy): void {
  const problems = new Problems();
  checkRemovalPolicy(problems, policy);
  problems.throwIfAny(scope);
}

/** SageMaker resources have no snapshots. */
export function checkRemovalPolicy(problems: Problems, policy: RemovalPolicy | undefined): void {
  if (policy === RemovalPolicy.SNAPSHOT) {
    problems.add('removalPolicy SNAPSHOT does not exist for SageMaker images: use DESTROY, RETAIN or RETAIN_ON_UPDATE_OR_DELETE');
  } else {
    const { SNAPSHOT, ...policies } = RemovalPolicy;
    problems.oneOf('removalPolicy', policy, policies);
  }
}

/** A role that may be left out. */
export function checkRole(problems: Problems, name: string, role: iam.IRole | undefined): boolean {
  return role === undefined || problems.instance(name, role, 'roleArn', 'give a Role or an import by Role.fromRoleArn');
}

export function checkImageName(problems: Problems, imageName: string | undefined, isRequired = false): void {
  if (problems.length('imageName', imageName, 1, 63, isRequired)) {
    problems.pattern('imageName', imageName, IMAGE_NAME, IMAGE_NAME_REMEDY);
  }
}
