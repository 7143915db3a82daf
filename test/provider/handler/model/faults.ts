import * as fc from 'fast-check';
import type { FakeSageMaker } from '../fake-sagemaker';
import { noResponse, serviceError } from '../world';

/** What goes wrong: `creation fails` makes a version that becomes CREATE_FAILED, others are errors of calls. */
export interface Fault {
  readonly operation: string;
  readonly skip: number;
  readonly times: number;
  readonly kind: keyof typeof ERRORS | 'killed before' | 'killed after' | 'creation fails';
}

const ERRORS = {
  throttled: serviceError('ThrottlingException', 'Rate exceeded'),
  refused: serviceError('ValidationException', 'no'),
  denied: serviceError('AccessDeniedException', 'no'),
  broken: Object.assign(serviceError('InternalFailure', 'no'), { $metadata: { httpStatusCode: 500 } }),
  lost: noResponse(),
};

const callFault: fc.Arbitrary<Fault> = fc.record({
  operation: fc.constantFrom(
    'UpdateImageVersion', 'DescribeImageVersion', 'UpdateDomain', 'DescribeDomain', 'CreateImageVersion', 'DeleteImageVersion', 'ListImageVersions',
    'ListAliases', 'ListSpaces', 'DescribeSpace', 'DescribeImages', 'BatchGetImage',
  ),
  skip: fc.nat(4),
  times: fc.integer({ min: 1, max: 6 }),
  kind: fc.constantFrom<Fault['kind']>('throttled', 'refused', 'denied', 'broken', 'lost', 'killed before', 'killed after'),
});
const failedCreation: fc.Arbitrary<Fault> = fc.record({
  operation: fc.constant('CreateImageVersion'), skip: fc.constant(0), times: fc.integer({ min: 1, max: 2 }), kind: fc.constant<Fault['kind']>('creation fails'),
});
const fault = fc.oneof({ weight: 5, arbitrary: callFault }, { weight: 1, arbitrary: failedCreation });
export const faults = fc.oneof(fc.constant([]), fc.array(fault, { minLength: 1, maxLength: 3 }));

/** Adds the faults of calls. */
export function addFaults(fake: FakeSageMaker, some: readonly Fault[]): void {
  some.filter(({ kind }) => kind !== 'creation fails').forEach(({ kind, ...where }) => fake.fault({
    ...where, when: kind === 'lost' || kind === 'killed after' ? 'after' : 'before', error: kind.startsWith('killed') ? 'kill' : ERRORS[kind as keyof typeof ERRORS],
  }));
}

export function areKills(some: readonly Fault[]): boolean {
  return some.some(({ kind }) => kind.startsWith('killed'));
}

/** Whether a call can fail so that something is not read. */
export function mayBeUnread(some: readonly Fault[], operation: string): boolean {
  return some.some((one) => one.operation === operation);
}

/** Whether all calls have their usual results, even if versions fail. */
export function areOnlyFailedCreations(some: readonly Fault[]): boolean {
  return some.every(({ kind }) => kind === 'creation fails');
}
