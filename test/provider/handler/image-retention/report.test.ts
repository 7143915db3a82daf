import { numbersOf, type Outcome, reportOf } from '../../../../src/provider/handler/image-retention/report';
import { bodyOf, MAX_BYTES } from '../../../../src/provider/handler/lifecycle/respond';
import { event } from '../event';

const outcome = (more: Partial<Outcome> = {}): Outcome => ({ deleted: [], marked: new Map(), failed: new Map(), ...more });
const PLAN = {
  delete: [1, 2],
  mark: [{ number: 3, guidance: 'ARCHIVED' as const }],
  keep: [{ number: 3, reasons: ['one of the last 5'] }, { number: 4, reasons: ['a', 'b', 'c', 'd', 'e'] }],
};

test.each<[string, Partial<Outcome>, string | undefined, string | undefined, string]>([
  ['nothing', {}, undefined, undefined, 'nothing was deleted'],
  ['deletions', { deleted: [1, 2] }, undefined, undefined, 'deleted 1, 2'],
  ['a reason to delete nothing', {}, undefined, 'no access', 'nothing was deleted: no access'],
  ['a reason to stop', { deleted: [1] }, undefined, 'no access', 'deleted 1; stopped: no access'],
  ['failures and marks', { deleted: [1], failed: new Map([[2, 'busy']]), marked: new Map([[3, 'ARCHIVED']]) }, undefined, undefined, 'deleted 1; marked 3 as ARCHIVED; not changed: 2 (busy)'],
  ['a dry run', {}, 'dry run', undefined, 'dry run: would delete 1, 2; would mark 3 as ARCHIVED'],
])('the report of %s', (_, done, without, stopped, expected) => {
  expect(reportOf(PLAN, outcome(done), without, stopped)).toBe(`${expected}; kept 3 (one of the last 5), 4 (a, b, c, 2 more)`);
});

test('versions without another reason than that no limit is given are left out', () => {
  const keep = [{ number: 1, reasons: ['no limit'] }, { number: 2, reasons: ['the newest', 'no limit'] }];
  expect(reportOf({ delete: [], mark: [], keep }, outcome(), undefined)).toBe('nothing was deleted; kept 2 (the newest)');
});

test('the response fits, whatever the number and the names of versions', () => {
  const numbers = Array.from({ length: 1_000 }, (_, index) => index + 1_000);
  const name = `ä"\\\u0001${'x'.repeat(100)}`;
  const done = outcome({ deleted: numbers, failed: new Map(numbers.map((number) => [number, name])) });
  const Report = reportOf({ delete: numbers, mark: [], keep: numbers.map((number) => ({ number, reasons: [name] })) }, done, undefined, name);
  expect(Report).toMatch(/^deleted 1000, 1001, .*… \(the log of the Lambda function has the rest\)$/);
  expect(numbersOf(done)).toMatch(/^1000,1001,.*,…$/);
  const names = {
    LogicalResourceId: 'x'.repeat(255), RequestId: '1'.repeat(36), StackId: `arn:aws-us-gov:cloudformation:us-gov-west-1:111111111111:stack/${'x'.repeat(128)}/${'1'.repeat(36)}`,
  };
  for (const report of [Report, reportOf({ delete: [], mark: [], keep: [{ number: 1, reasons: ['"ä'.repeat(5_000)] }] }, done, undefined)]) {
    const response = { Status: 'SUCCESS' as const, PhysicalResourceId: `${'x'.repeat(63)}/retention`, Data: { Report: report, DeletedVersions: numbersOf(done) } };
    expect(Buffer.byteLength(bodyOf({ ...event('Update', {}), ...names }, response))).toBeLessThanOrEqual(MAX_BYTES);
  }
});
