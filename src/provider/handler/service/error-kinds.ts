/** An error of the SDK: of the service, of the network or of its own. */
interface ServiceError {
  readonly name?: string;
  readonly message?: string;
  /** Only with errors that the service sent. */
  readonly $fault?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/**
 * What an error means: `missing`, the thing does not exist; `busy`, try again; `denied`, IAM said no; `unknown`, no
 * answer of the service came as a whole, so that the call may have worked; `refused`, everything else.
 */
export type ErrorKind = 'missing' | 'busy' | 'denied' | 'unknown' | 'refused';

export function kindOf(error: unknown): ErrorKind {
  const { name = '', message = '', $fault, $metadata } = error as ServiceError;
  const status = $metadata?.httpStatusCode ?? 0;
  if (!$fault) {
    return 'unknown';
  }
  // The text for an image is "Image with ARN … does not exist", under either name.
  if (name.startsWith('ResourceNotFound') || (name === 'ValidationException' && /\b(not found|does(n't| not) exist)\b/i.test(message))) {
    return 'missing';
  }
  if (name.startsWith('AccessDenied')) {
    return 'denied';
  }
  if (/^(ResourceInUse|Conflict)|Throttl|TooManyRequests|LimitExceededException$|RequestLimit|SlowDown|Unavailable/.test(name) || status === 429 || status === 503) {
    return 'busy';
  }
  return status >= 500 ? 'unknown' : 'refused';
}

/** Whether a permission is missing to hand on a role that stands in the settings. */
export function isAboutPassRole(error: unknown): boolean {
  return /iam:PassRole/.test((error as ServiceError).message ?? '');
}

/** For messages. */
export function summary(error: unknown): string {
  const { name, message } = error as ServiceError;
  // Without a hint of the SDK for somebody with a debugger.
  return `${name ?? 'Error'}: ${message ?? error}`.replace(/\s+Deserialization error: to see .*/s, '').replace(/\s+/g, ' ').slice(0, 600);
}
