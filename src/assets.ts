import { join } from 'path';

// This file stands beside index.ts, since it becomes a part of `lib/index.js`: from both, the paths are the same.

/** The code of the Lambda function, built by `scripts/bundle.ts`. */
export const HANDLER = join(__dirname, '..', 'assets', 'provider', 'handler');

/** The description of this package. */
export const PACKAGE_JSON = join(__dirname, '..', 'package.json');
