import type { aws_iam as iam, aws_sagemaker as sagemaker, CfnResource } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { CustomImage } from './custom-images';
import type { FollowedDefaultImage } from './default-image';
import { cfnResourceOf } from '../../private/dependencies';
import type { StudioSettings } from '../../provider/kinds/studio-attachments';
import type { StudioAppType } from '../studio-app';

/** An attachment: its construct, its entry with the list that contains it, and the default image. */
export interface AttachedImage {
  readonly attachment: Construct;
  readonly imageVersion: sagemaker.IImageVersionRef;
  readonly appImageConfig: sagemaker.IAppImageConfigRef;
  readonly settings: StudioSettings;
  readonly appType: StudioAppType;
  /** Undefined if the settings have no list for this app, but take a default image. */
  readonly entry?: CustomImage;
  /** Undefined if the version is not the default. */
  readonly defaultImage?: FollowedDefaultImage;
  /** The execution role in the options of the target. */
  readonly executionRole?: iam.IRole;
  /** The string in the options of the target whose change makes the function check the target. */
  readonly refresh?: string;
  /** Whether the function waits for running apps of the target. */
  readonly waitForApps: boolean;
}

/** An attachment with an entry. */
export type ListedImage = AttachedImage & Required<Pick<AttachedImage, 'entry'>>;

/** Returns the attachments that have an entry in a list. */
export function listed<T extends AttachedImage>(images: T[]): (T & ListedImage)[] {
  return images.filter((image): image is T & ListedImage => image.entry !== undefined);
}

/** Returns the owned configuration that an entry names. Nothing else makes a target wait for it, because its name is a literal. */
export function configResourceOf({ entry, appImageConfig }: AttachedImage): CfnResource | undefined {
  return entry && cfnResourceOf(appImageConfig);
}
