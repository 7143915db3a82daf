import { App } from 'aws-cdk-lib';

/** What differs between two deployments of an app. */
export interface Release {
  /** The tag of the container image. */
  readonly tag?: string;
  /** The id of a domain that the app does not own. */
  readonly domainId?: string;
}

/** Adds the stacks of an app as teams publish them, in our own words. */
export type PublicApp = (app: App, release?: Release) => void;

/** The environment of apps that name theirs, which is also that of the offline AWS. */
export const ENV = { account: '123456789012', region: 'us-east-1' };
