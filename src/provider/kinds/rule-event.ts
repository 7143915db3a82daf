/** What the rules of this library in Amazon EventBridge send to the function. */
export interface RuleEvent<Properties = { readonly [name: string]: unknown }, Detail = { readonly [name: string]: unknown }> {
  /** The name of what the function does with the event. */
  readonly Reaction: string;
  /** The properties that the template gives the rule. Unlike those of a custom resource, numbers and booleans stay what they are. */
  readonly Properties: Properties;
  /** The `detail` of the event. */
  readonly Detail: Detail;
  /** The time of the event, as EventBridge writes it. */
  readonly Time: string;
}
