import type { aws_iam as iam, aws_sagemaker as sagemaker } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { CustomImage } from './custom-images';
import type { StudioSettings } from '../../provider/kinds/studio-attachments';
import type { StudioAppType } from '../studio-app';

/** An attachment: its construct, its entry, and the list that contains the entry. */
export interface AttachedImage {
  readonly attachment: Construct;
  readonly imageVersion: sagemaker.IImageVersionRef;
  readonly appImageConfig: sagemaker.IAppImageConfigRef;
  readonly settings: StudioSettings;
  readonly appType: StudioAppType;
  readonly entry: CustomImage;
  /** The execution role in the options of the target. */
  readonly executionRole?: iam.IRole;
}
