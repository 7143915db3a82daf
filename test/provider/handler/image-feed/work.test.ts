import { Unreadable } from '../../../../src/provider/handler/calls';
import { rounds } from '../../../../src/provider/handler/image-feed/work';
import { Failure } from '../../../../src/provider/handler/lifecycle/failure';
import { serviceError, World } from '../world';

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation();
});

/** Runs rounds that throw these errors, one after another, and then finish. */
function run(...errors: Error[]) {
  const world = new World();
  return world.run(rounds('reading it', world.clock(), async () => {
    const error = errors.shift();
    if (error) {
      throw error;
    }
    return { do: 'finish', result: undefined };
  }));
}

const STAYS = 'versions and the alias stay as they are';
const FIX = 'fix the cause of this error, and push again';

test.each([
  ['that SageMaker refuses', serviceError('ValidationException', 'no'), `ValidationException: no; ${STAYS}; ${FIX}`, 'A feed makes no version', false],
  ['that was retried', new Unreadable('it failed'), `it failed; ${STAYS}; ${FIX}`, 'A feed makes no version', false],
  ['with advice', new Unreadable('it failed', { remedy: 'grant it', help: 'Access is denied' }), `it failed; ${STAYS}; grant it`, 'Access is denied', false],
  ['for lack of time', new Unreadable('too slow', { timedOut: true }), `too slow; ${STAYS}; ${FIX}`, 'A feed makes no version', true],
])('an error %s ends the work', async (_, error, message, help, timedOut) => {
  const failure = await run(error);
  expect(failure).toBeInstanceOf(Failure);
  expect(failure).toMatchObject({ message: `reading it failed: ${message}`, help, timedOut, untouched: false });
});

test('a failure stays as it is', async () => {
  const failure = new Failure('it failed', true);
  expect(await run(failure)).toBe(failure);
});

test('an error that goes away does not end the work', async () => {
  expect(await run(serviceError('ThrottlingException'), serviceError('AccessDeniedException'), new Error('lost'))).toBeUndefined();
});
