/** The event that CloudFormation sends to a custom resource. */
export interface CustomResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  /** The presigned URL for the response. It must never be logged, because anyone who has it can respond. */
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly ResourceType: string;
  readonly LogicalResourceId: string;
  /** Not for `Create`. */
  readonly PhysicalResourceId?: string;
  /** Numbers and booleans arrive as strings. */
  readonly ResourceProperties: Readonly<Record<string, unknown>>;
  /** Only for `Update`. */
  readonly OldResourceProperties?: Readonly<Record<string, unknown>>;
}
