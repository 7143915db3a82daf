/** Loads the same exports of aws-cdk-lib, and all exports of the library. */
import * as library from 'cdk-sagemaker-images';
import { loaded as l1 } from './import-l1';

export const loaded: unknown[] = [...l1, ...Object.values(library)];
