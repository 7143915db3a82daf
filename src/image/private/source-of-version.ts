import { aws_sagemaker as sagemaker } from 'aws-cdk-lib';
import type { BaseImageConfig } from '../base-image';

/** A member of a version whose container image is known. */
interface HasSource {
  readonly _source?: BaseImageConfig;
}

/** Returns the source of the container image of a version, or undefined for an import. */
export function sourceOf(version: sagemaker.IImageVersionRef): BaseImageConfig | undefined {
  return sagemaker.CfnImageVersion.isCfnImageVersion(version) ? { imageUri: version.baseImage } : (version as HasSource)._source;
}
