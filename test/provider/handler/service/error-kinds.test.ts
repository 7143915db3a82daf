import { ifExists, isAboutPassRole, kindOf, summary } from '../../../../src/provider/handler/service/error-kinds';

const error = (name: string, message = 'no', status = 400) => Object.assign(new Error(message), { name, $fault: 'client', $metadata: { httpStatusCode: status } });

test.each<[string, string, string]>([
  // Texts of SageMaker from public reports, such as aws/aws-sdk#165.
  ['ResourceNotFound', 'Image with ARN arn:aws:sagemaker:eu-west-1:111111111111:image/torch does not exist', 'missing'],
  ['ValidationException', 'Image with ARN arn:aws:sagemaker:eu-west-1:111111111111:image/torch does not exist', 'missing'],
  ['ValidationException', 'Requested resource not found.', 'missing'],
  ['ValidationException', 'Could not find image "torch".', 'missing'],
  ['ValidationException', "Domain d-1 doesn't exist", 'missing'],
  ['ValidationException', 'RecordSet [x] not found, or does not exist', 'missing'],
  ['ResourceNotFoundException', 'no', 'missing'],
  // The text alone is not sufficient.
  ['ResourceInUse', 'the resource was not found in a stable state', 'busy'],
  ['AccessDeniedException', 'the policy does not exist', 'denied'],
  ['ValidationException', 'the name of the founder is knot foundational', 'refused'],
  ['ValidationException', '1 validation error detected', 'refused'],
  ['NotValidationException', 'x does not exist', 'refused'],
  ['NoResourceNotFound', 'x', 'refused'],
  ['AccessDenied', 'no', 'denied'],
  ['NotAccessDenied', 'no', 'refused'],
  ...['ResourceInUse', 'ConflictException', 'Throttling', 'ThrottlingException', 'RequestThrottled', 'TooManyRequestsException', 'LimitExceededException', 'RequestLimitExceeded',
    'SlowDown', 'ServiceUnavailable', 'ServiceUnavailableException'].map((name): [string, string, string] => [name, 'no', 'busy']),
  // Quotas of the account, and credentials.
  ['ResourceLimitExceeded', 'The account-level service limit is 5', 'refused'],
  ['ExpiredTokenException', 'no', 'refused'],
  ['MyConflict', 'no', 'refused'],
])('%s with the message "%s" means %s', (name, message, kind) => {
  expect(kindOf(error(name, message))).toBe(kind);
});

test.each([[400, 'refused'], [429, 'busy'], [430, 'refused'], [499, 'refused'], [500, 'unknown'], [502, 'unknown'], [503, 'busy'], [504, 'unknown']])(
  'an unknown error with status %d means %s', (status, kind) => {
    expect(kindOf(error('Something', 'no', status))).toBe(kind);
  });

test('only an error of the service proves that nothing happened', () => {
  const { $fault, ...rest } = error('ResourceNotFound', 'does not exist');
  expect(kindOf(rest)).toBe('unknown');
  expect(kindOf({ $fault: 'client' })).toBe('refused');
  expect(kindOf(new TypeError('x'))).toBe('unknown');
});

test('a missing permission to pass a role is recognized by its name', () => {
  expect(isAboutPassRole(error('AccessDeniedException', 'User: x is not authorized to perform: iam:PassRole on resource: y'))).toBe(true);
  expect(isAboutPassRole(error('AccessDeniedException', 'User: x is not authorized to perform: sagemaker:UpdateDomain'))).toBe(false);
  expect(isAboutPassRole({})).toBe(false);
});

test('a summary has one line, the name and at most 600 characters', () => {
  expect(summary(error('ValidationException', 'a\n  b\t c'))).toBe('ValidationException: a b c');
  expect(summary(error('SyntaxError', 'Unexpected token\n  Deserialization error: to see the raw response, inspect the hidden field\n{error}.$response'))).toBe('SyntaxError: Unexpected token');
  expect(summary({ message: 'x' })).toBe('Error: x');
  expect(summary('text')).toBe('Error: text');
  expect(summary(error('E', 'x'.repeat(1_000)))).toBe(`E: ${'x'.repeat(597)}`);
});

test('a read of something that does not exist has no result, and other errors remain', async () => {
  expect(await ifExists(Promise.resolve(3))).toBe(3);
  expect(await ifExists(Promise.reject(error('ResourceNotFound')))).toBeUndefined();
  await expect(ifExists(Promise.reject(error('AccessDeniedException', 'denied')))).rejects.toThrow('denied');
});
