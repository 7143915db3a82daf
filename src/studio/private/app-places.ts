import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { hasList, keyOfTarget } from './target-config';
import { hashOf } from '../../private/hash';
import { resolveFinal } from '../../private/references';
import { topLevelStack } from '../../private/stacks';
import type { StudioApp } from '../studio-app';
import type { StudioTarget } from '../studio-target';

/** An app of a `StudioImage` in one target. */
export interface AppPlace {
  readonly app: StudioApp;
  readonly target: StudioTarget;
  /** The id of the target in the scope of a configuration. */
  readonly targetId: string;
  /** The stack of the configuration, if it is not that of the image. */
  readonly elsewhere?: Stack;
  /** Whether only this target has the app, so that its configuration is one of its own. */
  readonly isOwnApp: boolean;
  /** The name that was given to the configuration of the first version together with the target. */
  readonly appImageConfigName?: string;
  readonly defaultImage: boolean;
}

/** Returns the id of a target, which does not depend on other targets. */
export function idOfTarget(scope: Construct, { _config: config }: StudioTarget, former: AppPlace[]): string {
  const key = keyOfTarget(config);
  if (!Token.isUnresolved(key)) {
    return key;
  }
  const known = resolveFinal(key, scope);
  if (known !== undefined) {
    return `${config.settings}.${hashOf(known).slice(0, 8)}`;
  }
  // A lazy id, which may become known later. Nothing else distinguishes it from those of other targets.
  const keys = [...new Set(former.map(({ target }) => keyOfTarget(target._config))), key];
  return `${config.settings}-${keys.indexOf(key)}`;
}

/**
 * Returns the stack of the configurations for a target, if it is not that of the image. An owned target in another stack is deployed
 * later, so that a configuration would be deleted while the target still names it. There, each stack has its own.
 */
export function elsewhereFor(scope: Construct, { _config: { resource } }: StudioTarget): Stack | undefined {
  const stack = Stack.of(resource ?? scope);
  return topLevelStack(stack) === topLevelStack(Stack.of(scope)) ? undefined : stack;
}

/** Returns the same key for all places that share a configuration. */
export function keyOfConfig({ app, elsewhere, isOwnApp, targetId }: Omit<AppPlace, 'target' | 'defaultImage'>): string {
  return JSON.stringify([idOfApp({ app, isOwnApp }), elsewhere?.node.addr, isOwnApp ? targetId : undefined]);
}

/** Returns the id of an app: the image has one of each kind, and a target can have several kernels of its own. */
export function idOfApp({ app, isOwnApp }: Pick<AppPlace, 'app' | 'isOwnApp'>): string {
  // The id of a construct cannot contain slashes: the CDK replaces them, also if that makes two ids the same.
  return isOwnApp ? app._kind.replace(/[/%]/g, encodeURIComponent) : app.appType;
}

/** Whether a version can be attached in a place: a place without a list has room for a default only. */
export function hasRoom({ app: { appType }, target: { _config: { settings } }, defaultImage }: AppPlace, isFirst: boolean): boolean {
  return hasList(settings, appType) || (isFirst && defaultImage);
}
