/** What CloudFormation sends to a custom resource. */
export interface CustomResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  /** Where to put the answer. Whoever has it can answer: it must never be logged. */
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly ResourceType: string;
  readonly LogicalResourceId: string;
  /** Not with `Create`. */
  readonly PhysicalResourceId?: string;
  /** Numbers and booleans come as strings. */
  readonly ResourceProperties: Readonly<Record<string, unknown>>;
  /** With `Update` only. */
  readonly OldResourceProperties?: Readonly<Record<string, unknown>>;
}
