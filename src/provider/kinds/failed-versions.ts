/** The reaction to image versions that failed. */
export const FAILED_VERSIONS = 'FailedVersions';

/** The metric in the log of the function, with one dimension. */
export const FAILED_VERSIONS_METRIC = { namespace: 'SageMakerImages', name: 'FailedVersions', dimension: 'ReportedBy' };

/** The properties of the rule for image versions that failed. */
export interface FailedVersionsProperties {
  /** The value of the dimension of the metric. */
  readonly ReportedBy: string;
  /** The names of the images to report on, in any spelling. Without them, all images. */
  readonly ImageNames?: readonly string[];
  /** The Amazon SNS topic that gets a message for each failed version. */
  readonly TopicArn?: string;
}

/** The part of `SageMaker Image Version State Change` that is used. It contains neither the name of the image nor the reason. */
export interface ImageVersionDetail {
  readonly ImageArn: string;
  readonly ImageVersionArn: string;
  readonly Version: number;
}
