import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { see } from './help';

/**
 * Formats the problem of an asset in a stack whose synthesizer accepts none.
 *
 * @param what what is an asset
 * @param message the message of the synthesizer
 * @param alternative what to do if the stack keeps its synthesizer
 */
export function noAssetsProblem(scope: IConstruct, what: string, message: string, alternative: string): string {
  return `${what}, but stack '${Stack.of(scope).node.path}' accepts no assets (${message}): use the DefaultStackSynthesizer, or ${alternative}`
    + see('A stack accepts no assets');
}
