import type { Clock } from './clock';
import type { CustomResourceEvent } from './event';

/** The attributes that `Fn::GetAtt` of a custom resource returns. */
export type Attributes = Readonly<Record<string, string | number>>;

/** One kind of custom resource. */
export interface Kind {
  /**
   * Returns the physical id, based on the properties, or also on the former id and the attributes if the deletion does nothing. A
   * different id makes CloudFormation replace the resource.
   *
   * @param attributes the attributes after a `Create` or `Update` that succeeded
   * @throws Failure if the properties are not valid
   */
  physicalId(event: CustomResourceEvent, attributes?: Attributes): string;

  /**
   * Handles an event. It is idempotent: handling the same event again changes nothing.
   *
   * @returns the attributes, for `Create` and `Update`
   * @throws Failure
   */
  run(event: CustomResourceEvent, clock: Clock): Promise<Attributes | void>;
}
