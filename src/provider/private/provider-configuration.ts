import type { IConstruct } from 'constructs';
import type { ImagesProviderOptions } from '../images-provider-options';

const configurations = new WeakMap<IConstruct, ImagesProviderOptions>();

export function setConfiguration(scope: IConstruct, options: ImagesProviderOptions): void {
  configurations.set(scope, options);
}

/** The configuration of exactly this app, stage or stack. */
export function configurationOf(scope: IConstruct): ImagesProviderOptions | undefined {
  return configurations.get(scope);
}

/** The configuration that counts for a stack. */
export function nearestConfiguration(scope: IConstruct): ImagesProviderOptions {
  return configurationOf(scope) ?? (scope.node.scope ? nearestConfiguration(scope.node.scope) : {});
}
