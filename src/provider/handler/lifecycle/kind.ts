import type { Clock } from './clock';
import type { CustomResourceEvent } from './event';

/** What `Fn::GetAtt` of a custom resource returns, by the name of the attribute. */
export type Attributes = Readonly<Record<string, string | number>>;

/** One kind of custom resource. */
export interface Kind {
  /** The physical id, from the properties alone: another id makes CloudFormation replace the resource. */
  physicalId(event: CustomResourceEvent): string;

  /**
   * Does what the event asks for, so that doing it again changes nothing; throws a `Failure` if it cannot.
   *
   * @returns the attributes, after a `Create` and an `Update`
   */
  run(event: CustomResourceEvent, clock: Clock): Promise<Attributes | void>;
}
