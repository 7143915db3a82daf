import { aws_sagemaker as sagemaker } from 'aws-cdk-lib';
import { CustomImage } from './custom-images';
import { StudioAppType } from '../studio-app';
import type { StudioTarget } from '../studio-target';

/** What an attachment attaches, as the places need it. */
export interface Attached {
  readonly imageVersion: sagemaker.IImageVersionRef;
  readonly appImageConfig: sagemaker.IAppImageConfigRef;
  readonly target: StudioTarget;
  readonly appType: StudioAppType;
  readonly image: CustomImage;
}
