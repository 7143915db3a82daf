import { join } from 'path';

// This file stands beside index.ts, since it becomes a part of `lib/index.js`: from both, the path is the same.

/** The code of the Lambda function, built by `scripts/bundle.ts`. */
export const HANDLER = join(__dirname, '..', 'assets', 'provider', 'handler');
