import { readFileSync } from 'fs';
import { Annotations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { PACKAGE_JSON } from '../assets';

/** Adds a warning that users can acknowledge. Its id is also the heading of the page that explains it. */
export function warn(construct: IConstruct, id: string, message: string): void {
  Annotations.of(construct).addWarningV2(`cdk-sagemaker-images:${id}`, `${message}. See ${helpFor(id)}`);
}

/** Returns the address of the explanation of a warning or an error. */
export function helpFor(heading: string): string {
  const { homepage } = JSON.parse(readFileSync(PACKAGE_JSON).toString());
  return `${homepage}/blob/main/docs/troubleshooting.md#${heading.toLowerCase().replaceAll(' ', '-')}`;
}
