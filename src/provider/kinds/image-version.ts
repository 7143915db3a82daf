/** The attributes of the custom resources that stand for a version of an image. */
export interface ImageVersionAttributes {
  readonly Version: number;
  readonly ImageVersionArn: string;
  readonly ImageArn: string;
  readonly ContainerImage: string;
}
