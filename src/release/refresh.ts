import { timeOfSynth } from '../private/every-synth';

/**
 * Values for `refresh`, which decides when a custom resource reads SageMaker again.
 *
 * CloudFormation updates a custom resource only if one of its properties changes. Without a new value, the result of the last
 * deployment stays, even if an alias has moved or a version was added in the meantime.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html
 * @example
 * new ImageVersionLookup(this, 'Latest', { image, refresh: Refresh.everyDeployment() });
 */
export class Refresh {
  /**
   * A value that differs in each synth: its time, to the millisecond.
   *
   * It is a token, with the same value everywhere in an app. Because of it, the template differs in each synth: `cdk diff` always
   * shows a change, each `cdk deploy` updates the stack, and a pipeline runs even if nothing else has changed. In a test that
   * compares templates, pass a fixed value instead.
   *
   * Deploying the same cloud assembly a second time does not read again. Use your own value, such as the number of a release, to
   * decide yourself.
   *
   * @returns a value for `refresh`
   */
  public static everyDeployment(): string {
    return timeOfSynth();
  }

  private constructor() {}
}
