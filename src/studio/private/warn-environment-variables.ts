import type { KnownContainer } from './container-warnings';
import { warn } from '../../private/warnings';

/**
 * The variables that Studio sets itself.
 *
 * All that AWS documents, as examples of variables with the prefixes `AWS_` and `SAGEMAKER_`. Others with these prefixes may have
 * an effect, such as `AWS_STS_REGIONAL_ENDPOINTS`.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-byoi-specs.html#studio-updated-byoi-specs-run
 */
const SET_BY_STUDIO = [
  'AWS_ACCOUNT_ID', 'AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'SAGEMAKER_SPACE_NAME', 'SAGEMAKER_APP_TYPE',
];

/** Warns of environment variables without effect, because Studio overrides them. */
export function warnOfEnvironmentVariables({ owner, variables }: KnownContainer): void {
  const overridden = variables.filter((name) => SET_BY_STUDIO.includes(name));
  if (overridden.length > 0) {
    warn(owner, 'studioEnvironmentVariable',
      `Studio sets ${overridden.join(' and ')} itself, so the value in containerEnvironmentVariables has no effect: remove it, or use another name`);
  }
}
