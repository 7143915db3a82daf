/** The same, and everything that the library exports. */
import { loaded as l1 } from './import-l1';
import * as library from 'cdk-sagemaker-images';

export const loaded: unknown[] = [...l1, ...Object.values(library)];
