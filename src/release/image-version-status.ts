/**
 * The status of an image version.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeImageVersion.html
 */
export enum ImageVersionStatus {
  /** The version is being created. */
  CREATING = 'CREATING',
  /** The version can be used. */
  CREATED = 'CREATED',
  /** The creation failed. */
  CREATE_FAILED = 'CREATE_FAILED',
  /** The version is being deleted. */
  DELETING = 'DELETING',
  /** The deletion failed. */
  DELETE_FAILED = 'DELETE_FAILED',
}
