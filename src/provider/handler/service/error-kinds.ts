/** An error that the SDK throws: from the service, the network or the SDK itself. */
interface ServiceError {
  readonly name?: string;
  readonly message?: string;
  /** Only for errors from the service. */
  readonly $fault?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/**
 * The meaning of an error:
 * - `missing`: the resource does not exist
 * - `busy`: try again later
 * - `denied`: a permission is missing
 * - `unknown`: there was no complete response, so the call may have succeeded
 * - `refused`: everything else
 */
export type ErrorKind = 'missing' | 'busy' | 'denied' | 'unknown' | 'refused';

export function kindOf(error: unknown): ErrorKind {
  const { name = '', message = '', $fault, $metadata } = error as ServiceError;
  const status = $metadata?.httpStatusCode ?? 0;
  if (!$fault) {
    return 'unknown';
  }
  // The message for an image is "Image with ARN … does not exist". Other SageMaker operations return a ValidationException
  // "Requested resource not found." or "Could not find …".
  if (name.startsWith('ResourceNotFound') || (name === 'ValidationException' && /\b(not found|does(n't| not) exist|could not find)\b/i.test(message))) {
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

/** Whether the permission to pass a role in the settings is missing. */
export function isAboutPassRole(error: unknown): boolean {
  return /iam:PassRole/.test((error as ServiceError).message ?? '');
}

/** Summarizes an error for messages. */
export function summary(error: unknown): string {
  const { name, message } = error as ServiceError;
  // Removes the SDK's hint for debugging, which does not help the person who deploys.
  return `${name ?? 'Error'}: ${message ?? error}`.replace(/\s+Deserialization error: to see .*/s, '').replace(/\s+/g, ' ').slice(0, 600);
}

/** Returns the result of a read, or undefined if what it reads does not exist. */
export async function ifExists<Result>(read: Promise<Result>): Promise<Result | undefined> {
  try {
    return await read;
  } catch (error) {
    if (kindOf(error) === 'missing') {
      return undefined;
    }
    throw error;
  }
}
