/** An error of the SDK: of the service, of the network or of its own. */
interface ServiceError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/**
 * What an error means: `missing`, the thing does not exist; `busy`, try again; `denied`, IAM said no; `unknown`, nobody
 * answered, so that the call may have worked; `refused`, everything else.
 */
export type Kind = 'missing' | 'busy' | 'denied' | 'unknown' | 'refused';

export function kindOf(error: unknown): Kind {
  const { name = '', message = '', code = '', $metadata } = error as ServiceError;
  const status = $metadata?.httpStatusCode;
  if (name.startsWith('ResourceNotFound') || (name === 'ValidationException' && /\b(not found|does(n't| not) exist)\b/i.test(message))) {
    return 'missing';
  }
  if (name.startsWith('AccessDenied')) {
    return 'denied';
  }
  if (/^(ResourceInUse|Conflict)|Throttl|TooManyRequests|LimitExceededException$|RequestLimit|SlowDown|Unavailable/.test(name) || status === 429 || status === 503) {
    return 'busy';
  }
  if (status === undefined ? /Timeout|ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|socket/i.test(`${name} ${code} ${message}`) : status >= 500) {
    return 'unknown';
  }
  return 'refused';
}

/** Whether a permission is missing to hand on a role that stands in the settings. */
export function isAboutPassRole(error: unknown): boolean {
  return /iam:PassRole/.test((error as ServiceError).message ?? '');
}

/** For messages. */
export function summary(error: unknown): string {
  const { name, message } = error as ServiceError;
  return `${name ?? 'Error'}: ${message ?? error}`.replace(/\s+/g, ' ').slice(0, 600);
}
