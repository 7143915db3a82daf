import { createHash } from 'crypto';

/** Returns a hash of a resolved value, in upper-case hexadecimal digits. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').toUpperCase();
}
