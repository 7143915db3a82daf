import type { Default, DefaultImage } from './model';
import { isMap, type Json } from '../service/json';

const IMAGE = /^arn:[^:]+:sagemaker:[^:]+:\d{12}:image\/[^/:]+$/;
/** The documented value that clears the version, which an update may keep otherwise. */
export const CLEARED = 'None';
const VERSION = /^arn:[^:]+:sagemaker:[^:]+:\d{12}:image-version\/[^/:]+\/\d+$/;

/** Whether a default in the settings of an app is this image, in any version or only in the same one. Case is ignored. */
export function isDefault(spec: Json, image: DefaultImage, version: 'any version' | 'same version'): boolean {
  const [named, another] = imagesIn(spec);
  return named === lower(image.SageMakerImageArn) && another === undefined
    && (version === 'any version' || lower(spec.SageMakerImageVersionArn) === lower(image.SageMakerImageVersionArn));
}

/** Whether a default names an image of the account of another one. Others are SageMaker's own images. */
export function isOfAccountOf(spec: Json, { SageMakerImageArn: arn }: DefaultImage): boolean {
  return imagesIn(spec).some((other) => other.split(':')[4] === arn.split(':')[4]);
}

/** Returns the problems of a default in the properties. */
export function problemsOfDefault(spec: unknown, path: string): string[] {
  if (!isMap(spec)) {
    return [`${path} must be a map, got ${JSON.stringify(spec)}`];
  }
  const { SageMakerImageArn: image, SageMakerImageVersionArn: version } = spec;
  const problems = [
    ...isArn(image, IMAGE) ? [] : [`${path}.SageMakerImageArn must be the ARN of an image, got ${JSON.stringify(image)}`],
    ...version === undefined || isArn(version, VERSION) ? [] : [`${path}.SageMakerImageVersionArn must be the ARN of an image version, got ${JSON.stringify(version)}`],
  ];
  return problems.length > 0 || imagesIn(spec).length === 1 ? problems : [`${path}.SageMakerImageVersionArn ${version} is not a version of ${image}`];
}

/** Describes the default that is found in the settings of an app. */
export function describeDefault({ SageMakerImageArn, SageMakerImageVersionArn }: Json | Default['image']): string {
  return String(SageMakerImageVersionArn ?? SageMakerImageArn);
}

/** The ARNs of the images that a default names, in lower case: none, one, or two that contradict each other. */
function imagesIn({ SageMakerImageArn: image, SageMakerImageVersionArn: version }: Json): string[] {
  const arns = [lower(image), lower(version)?.replace(':image-version/', ':image/').replace(/\/\d+$/, '')];
  return [...new Set(arns.filter((arn) => arn !== undefined))] as string[];
}

function lower(arn: unknown): string | undefined {
  return typeof arn === 'string' && arn && arn !== CLEARED ? arn.toLowerCase() : undefined;
}

function isArn(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}
