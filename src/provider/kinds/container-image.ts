/** The custom resource that resolves the tag of a container image, and checks a container image before SageMaker uses it. */
export const CONTAINER_IMAGE_TYPE = 'Custom::SageMakerContainerImage';

/** The container image, and what to do. Where a property is absent, the function does not do it. */
export interface ContainerImageProperties {
  /** The URI in ECR. Without a tag and a digest, the tag is `latest`, as SageMaker has it. */
  readonly ImageUri: string;
  /** The name of the SageMaker image, for messages. */
  readonly ImageName: string;
  /** Whether the attributes are needed, so that the container image must be found. */
  readonly FollowTag?: boolean;
  /** What to check. */
  readonly Preflight?: {
    readonly Platform: string;
    /** The role that pulls the container image. */
    readonly RoleArn?: string;
  };
  /** Not used by the function: another value makes CloudFormation resolve the tag again. */
  readonly Refresh?: string;
}

/** The attributes of the custom resource. */
export interface ContainerImageAttributes {
  /** The URI with the digest, if the tag is followed. */
  readonly ImageUri: string;
}
