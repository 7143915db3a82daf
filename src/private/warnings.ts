import { Annotations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { see } from './help';

/** Adds a warning that users can acknowledge. Its id is also the heading of the page that explains it. */
export function warn(construct: IConstruct, id: string, message: string): void {
  Annotations.of(construct).addWarningV2(`cdk-sagemaker-images:${id}`, message + see(id));
}
