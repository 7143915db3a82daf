import { join } from 'path';

/**
 * The code of the Lambda function, built by `scripts/bundle.ts`.
 *
 * This file stands beside index.ts, since it becomes a part of `lib/index.js`: from both the folder is the same.
 */
export const HANDLER = join(__dirname, '..', 'assets', 'provider', 'handler');
