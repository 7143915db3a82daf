import { aws_sagemaker as sagemaker } from 'aws-cdk-lib';
import { nameOfAppImageConfig } from './app-image-config-facts';
import { CustomImage } from './custom-images';
import { imageNameOfVersion, splitImageVersionArn } from '../../image/private/image-version-facts';

/** What an L2 and an import know about a version, and another reference may not. */
interface KnownVersion {
  readonly version?: number;
}

/** The entry for a version: by its own number, so that the place moves to another version with the deployment that makes it. */
export function entryFor(version: sagemaker.IImageVersionRef, config: sagemaker.IAppImageConfigRef): CustomImage {
  return {
    imageName: imageNameOfVersion(version),
    imageVersionNumber: numberOf(version),
    appImageConfigName: nameOfAppImageConfig(config),
  };
}

function numberOf(version: sagemaker.IImageVersionRef): number {
  return sagemaker.CfnImageVersion.isCfnImageVersion(version)
    ? version.attrVersion
    : (version as KnownVersion).version ?? splitImageVersionArn(version.imageVersionRef.imageVersionArn).version;
}
