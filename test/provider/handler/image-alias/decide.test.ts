import { Progress } from '../../../../src/provider/handler/image-alias/decide';
import type { AliasMove } from '../../../../src/provider/handler/image-alias/model';
import type { FoundVersion } from '../../../../src/provider/handler/service/image-model';
import { noResponse, serviceError } from '../world';

const LAST_MOMENT = 600_000;
const REFUSED = serviceError('ValidationException', 'no');
const TAKEN = serviceError('ResourceInUse', 'Alias prod is in use.');
const BUSY = serviceError('ResourceInUse', 'Resource was modified concurrently.');
const ADD = { do: 'write', version: 2, change: 'AliasesToAdd' };
const TAKE = { do: 'write', version: 1, change: 'AliasesToDelete' };
const STALE = { do: 'wait', why: 'a read does not show the last write yet' };

const on = (Version: number, status = 'CREATED', failureReason?: string): FoundVersion => ({ status, failureReason, attributes: { Version } as FoundVersion['attributes'] });
const finish = (former: number | undefined, Version?: number) => ({ do: 'finish', result: { former, attributes: Version && { Version } } });
const start = (more: Partial<AliasMove> = {}) => new Progress({ imageName: 'torch', alias: 'prod', version: 2, ...more }, LAST_MOMENT);

/** A move from version 1 to version 2 that has decided to add the alias. */
function adding(more: Partial<AliasMove> = {}, former: FoundVersion | 'none' = on(1)): Progress {
  const progress = start(more);
  expect(progress.found(former === 'none' ? undefined : former, 0)).toEqual({ do: 'check', version: 2 });
  expect(progress.target(on(2), 0)).toEqual(ADD);
  return progress;
}

/** The same after SageMaker refused the alias because version 1 has it, and the alias was taken from it. */
function taken(): Progress {
  const progress = adding();
  expect(progress.notWritten(TAKEN, 0)).toEqual({ do: 'wait', why: 'ResourceInUse: Alias prod is in use.', milliseconds: 0 });
  expect(progress.found(on(1), 0)).toEqual(TAKE);
  progress.written();
  return progress;
}

test('a move adds, takes only what is refused, and adds again', () => {
  const progress = taken();
  expect(progress.found(undefined, 0)).toEqual(ADD);
  progress.written();
  expect(progress.found(on(2), 0)).toEqual(finish(1, 2));
});

test('a removal takes the alias at once', () => {
  const progress = start({ version: undefined });
  expect(progress.found(on(1), 0)).toEqual(TAKE);
  progress.written();
  expect(progress.found(on(1), 9_999)).toEqual(STALE);
  expect(progress.found(undefined, 9_999)).toEqual(finish(1));
});

test('a removal of what nothing has is finished, also from one version only', () => {
  expect(start({ version: undefined }).found(undefined, 0)).toEqual(finish(undefined));
  expect(start({ version: undefined, onlyFrom: 2 }).found(undefined, 0)).toEqual(finish(undefined));
});

test('a read that does not show a write is not believed for 10 seconds', () => {
  const progress = adding();
  progress.written();
  expect(progress.found(on(1), 9_999)).toEqual(STALE);
  expect(progress.found(on(1), 10_000)).toEqual(ADD);
});

test('a write without a response may have had an effect', () => {
  const progress = adding();
  expect(progress.notWritten(noResponse(), 0)).toEqual({ do: 'wait', why: 'TimeoutError: no complete response within 10 s' });
  expect(progress.untouched).toBe(false);
  expect(progress.description).toBe('the alias was last seen on version 1, and on version 1 before; check it, for example: '
    + "aws sagemaker update-image-version --image-name 'torch' --version-number 1 --aliases-to-add 'prod'");
  expect(progress.found(on(1), 5_000)).toEqual(STALE);
});

test('a write with a response that it failed had none', () => {
  const progress = adding();
  expect(progress.notWritten(BUSY, 0)).toEqual({ do: 'wait', why: 'ResourceInUse: Resource was modified concurrently.' });
  expect([progress.untouched, progress.description]).toEqual([true, 'nothing was changed']);
  expect(progress.found(on(1), 0)).toEqual(ADD);
});

test('the command that checks a new alias names the new version', () => {
  const progress = adding({}, 'none');
  progress.notWritten(noResponse(), 0);
  expect(progress.description).toContain('last seen on no version, and on no version before; check it, for example: '
    + "aws sagemaker update-image-version --image-name 'torch' --version-number 2 --aliases-to-add 'prod'");
});

test('only the first read can find the alias elsewhere', () => {
  const isElsewhere = (more: Partial<AliasMove>, holder?: number) => {
    const progress = start(more);
    progress.found(holder === undefined ? undefined : on(holder), 0);
    return progress.isElsewhere;
  };
  expect([isElsewhere({}, 1), isElsewhere({ home: 1 }, 1), isElsewhere({ home: 1 })]).toEqual([false, false, false]);
  expect(isElsewhere({ home: 1 }, 2)).toBe(false);
  expect([isElsewhere({ home: 1 }, 3), isElsewhere({ onlyFrom: 1 }, 3)]).toEqual([true, true]);
  const progress = start({ home: 1 });
  progress.found(on(3), 0);
  progress.found(on(3), 0);
  expect(progress.isElsewhere).toBe(false);
});

test('somebody else who gets the alias after it was taken is asked first again', () => {
  const progress = taken();
  expect(progress.found(on(3), 10_000)).toEqual(ADD);
});

test('an alias that is on the version already is used only if the version can be', () => {
  expect(start().found(on(2), 0)).toEqual(finish(2, 2));
  expect(start().found(on(2, 'CREATING'), 0)).toEqual({ do: 'wait', why: 'the status of version 2 is CREATING' });
  expect(start().found(on(2, 'CREATE_FAILED', 'no access'), 0)).toEqual({
    do: 'give up', why: 'the status of version 2 is CREATE_FAILED (no access)', remedy: 'use a version with status CREATED, and deploy again', help: 'An alias cannot be moved',
  });
  expect(start().found(on(2, 'DELETING'), 0)).toMatchObject({ do: 'give up', why: 'the status of version 2 is DELETING (SageMaker gave no reason)' });
});

test('too little time to undo a move', () => {
  expect(start().found(on(1), LAST_MOMENT)).toEqual({ do: 'check', version: 2 });
  expect(start().found(on(1), LAST_MOMENT + 1)).toEqual({ do: 'give up', why: 'timed out', remedy: 'deploy again', help: 'An alias cannot be moved', timedOut: true });
});

test.each(['DELETING', 'CREATING'])('the alias of a version that is %s is not taken yet', (status) => {
  expect(start({ version: undefined }).found(on(1, status), 0)).toEqual({ do: 'wait', why: `the status of version 1 is ${status}` });
});

describe('a move back to a version', () => {
  const back = { version: 2, onlyFrom: 1 };

  test('waits for it', () => {
    const progress = start(back);
    progress.found(on(1), 0);
    expect(progress.target(on(2, 'CREATING'), 0)).toEqual({ do: 'wait', why: 'the status of version 2 is CREATING' });
  });

  test.each<[FoundVersion | undefined]>([[undefined], [on(2, 'CREATE_FAILED')], [on(2, 'DELETING')]])('removes the alias if it cannot have it (%j)', (target) => {
    const progress = start(back);
    progress.found(on(1), 0);
    expect(progress.target(target, 0)).toEqual(TAKE);
    progress.written();
    expect(progress.found(undefined, 0)).toEqual(finish(1));
  });

  test('finishes if nothing has the alias', () => {
    const progress = start(back);
    expect(progress.found(undefined, 0)).toEqual({ do: 'check', version: 2 });
    expect(progress.target(undefined, 0)).toEqual(finish(undefined));
  });
});

describe('a move that yields', () => {
  const yields = { yields: true };

  test('ends where somebody else puts the alias after it was added', () => {
    const progress = adding(yields);
    progress.written();
    expect(progress.found(on(3), 0)).toEqual(finish(1, 3));
  });

  test('goes on as long as the alias is on its former version, or on none', () => {
    expect(adding(yields).found(on(1), 0)).toEqual(STALE);
    expect(adding(yields).found(undefined, 0)).toEqual(STALE);
    expect(adding(yields).found(on(2), 0)).toEqual(finish(1, 2));
  });

  test('does not look at who has the alias before it is added', () => {
    const progress = adding(yields);
    progress.notWritten(BUSY, 0);
    expect(progress.found(on(3), 0)).toEqual(ADD);
  });

  test('does not succeed after a failure', () => {
    const progress = adding(yields);
    progress.written();
    progress.found(on(2, 'DELETING'), 0);
    progress.found(on(2, 'DELETING'), 0);
    expect(progress.target(on(1), 0)).toEqual({ do: 'write', version: 1, change: 'AliasesToAdd' });
    progress.written();
    expect(progress.found(on(3), 10_000)).toMatchObject({ do: 'give up', why: 'the status of version 2 is DELETING (SageMaker gave no reason)' });
  });

  test('is needed for that: others take the alias back', () => {
    const progress = adding();
    progress.written();
    expect(progress.found(on(3), 0)).toEqual(STALE);
    expect(progress.found(on(3), 10_000)).toEqual(ADD);
  });
});

describe('refusals', () => {
  const wait = (why: string) => ({ do: 'wait', why });

  test('to add are final after three of them, if nothing has the alias', () => {
    const progress = adding({}, 'none');
    for (let i = 0; i < 2; i++) {
      expect(progress.notWritten(REFUSED, 0)).toEqual(wait('ValidationException: no'));
      expect(progress.found(undefined, 0)).toEqual(ADD);
    }
    expect(progress.notWritten(REFUSED, 0)).toEqual({ do: 'give up', why: 'ValidationException: no', remedy: 'fix the cause of this error and deploy again', help: 'An alias cannot be moved' });
  });

  test('start again after a write that succeeds', () => {
    const progress = adding({}, 'none');
    for (let i = 0; i < 2; i++) {
      progress.notWritten(REFUSED, 0);
      progress.found(undefined, 0);
    }
    progress.written();
    progress.found(undefined, 10_000);
    expect(progress.notWritten(REFUSED, 10_000)).toEqual(wait('ValidationException: no'));
  });

  test('to take the alias are final for a version that failed only', () => {
    for (const [status, expected] of [['CREATE_FAILED', 'give up'], ['CREATED', 'wait'], ['MY_FAILED_STATUS', 'wait']]) {
      const progress = start({ version: undefined });
      let pause;
      for (let i = 0; i < 3; i++) {
        expect(progress.found(on(1, status), 0)).toEqual(TAKE);
        pause = progress.notWritten(BUSY, 0);
      }
      expect([status, pause!.do]).toEqual([status, expected]);
    }
  });

  test('because the image is busy are never final for the version that gets the alias', () => {
    const progress = adding({}, 'none');
    for (let i = 0; i < 10; i++) {
      expect(progress.notWritten(BUSY, 0)).toEqual(wait('ResourceInUse: Resource was modified concurrently.'));
      expect(progress.found(undefined, 0)).toEqual(ADD);
    }
  });

  test('to take the alias are counted from the beginning', () => {
    const progress = adding();
    progress.notWritten(TAKEN, 0);
    for (let i = 0; i < 2; i++) {
      expect(progress.found(on(1), 0)).toEqual(TAKE);
      expect(progress.notWritten(REFUSED, 0)).toEqual(wait('ValidationException: no'));
    }
    progress.found(on(1), 0);
    expect(progress.notWritten(REFUSED, 0)).toMatchObject({ do: 'give up' });
  });

  test.each(['ThrottlingException', 'ThrottlingConflict'])('because of the rate do not count (%s)', (name) => {
    const progress = adding();
    for (let i = 0; i < 5; i++) {
      expect(progress.notWritten(serviceError(name, 'Rate of alias changes exceeded'), 0)).toEqual(wait(`${name}: Rate of alias changes exceeded`));
      expect(progress.found(on(1), 0)).toEqual(ADD);
    }
  });

  test('of a version that is gone make it check again', () => {
    const progress = adding();
    expect(progress.notWritten(serviceError('ResourceNotFound', 'gone'), 0)).toEqual(wait('ResourceNotFound: gone'));
    expect(progress.found(on(1), 0)).toEqual({ do: 'check', version: 2 });
  });
});

describe('denials', () => {
  const DENIED = serviceError('AccessDeniedException', 'no');

  test('of reads end after 90 seconds without a successful read', () => {
    const progress = start();
    expect(progress.notRead(DENIED, 0)).toMatchObject({ do: 'wait' });
    progress.found(on(1), 80_000);
    expect(progress.notRead(DENIED, 100_000)).toMatchObject({ do: 'wait' });
    expect(progress.notRead(DENIED, 190_000)).toMatchObject({ do: 'give up', why: 'AccessDeniedException: no' });
  });

  test('of writes end after 90 seconds without a successful write', () => {
    const progress = adding({}, 'none');
    expect(progress.notWritten(DENIED, 0)).toMatchObject({ do: 'wait' });
    progress.found(undefined, 80_000);
    progress.written();
    progress.found(undefined, 100_000);
    expect(progress.notWritten(DENIED, 100_000)).toMatchObject({ do: 'wait' });
    progress.found(undefined, 190_000);
    expect(progress.notWritten(DENIED, 190_000)).toMatchObject({ do: 'give up' });
  });

  test('another error of a read ends at once', () => {
    expect(start().notRead(REFUSED, 0)).toEqual({ do: 'give up', why: 'ValidationException: no', remedy: 'fix the cause of this error and deploy again' });
  });
});

describe('after a failure', () => {
  /** The new alias is on version 2, which fails then. */
  function failing(): Progress {
    const progress = adding({}, 'none');
    progress.written();
    expect(progress.found(on(2, 'DELETING'), 0)).toEqual({ do: 'wait', why: 'the status of version 2 is DELETING (SageMaker gave no reason)', milliseconds: 0 });
    return progress;
  }

  test('a new alias is removed, and the failure is reported', () => {
    const progress = failing();
    expect(progress.found(on(2, 'CREATED'), LAST_MOMENT + 1)).toEqual({ do: 'write', version: 2, change: 'AliasesToDelete' });
    progress.written();
    expect(progress.found(undefined, LAST_MOMENT + 1)).toMatchObject({ do: 'give up', why: 'the status of version 2 is DELETING (SageMaker gave no reason)' });
    expect([progress.untouched, progress.description]).toEqual([true, 'the alias is on no version again']);
  });

  test('the alias goes back to its former version, by adding it first', () => {
    const progress = taken();
    expect(progress.found(undefined, 0)).toEqual(ADD);
    for (let i = 0; i < 2; i++) {
      progress.notWritten(REFUSED, 0);
      progress.found(undefined, 0);
    }
    expect(progress.notWritten(REFUSED, 0)).toEqual({ do: 'wait', why: 'ValidationException: no', milliseconds: 0 });
    expect(progress.found(undefined, 0)).toEqual({ do: 'check', version: 1 });
    expect(progress.target(on(1), 0)).toEqual({ do: 'write', version: 1, change: 'AliasesToAdd' });
    // Two refusals count from the beginning.
    expect(progress.notWritten(REFUSED, 0)).toEqual({ do: 'wait', why: 'ValidationException: no' });
    progress.written();
    expect(progress.found(on(1), 0)).toMatchObject({ do: 'give up', why: 'ValidationException: no' });
  });

  test('adding it to its former version starts from the beginning', () => {
    for (const refused of [[TAKEN], [REFUSED, REFUSED]]) {
      const progress = adding();
      refused.forEach((error) => { progress.found(on(1), 0); progress.notWritten(error, 0); });
      expect(progress.found(on(2, 'CREATE_FAILED'), 0)).toMatchObject({ do: 'wait', milliseconds: 0 });
      expect(progress.found(on(2, 'CREATE_FAILED'), 0)).toEqual({ do: 'check', version: 1 });
      expect(progress.target(on(1), 0)).toEqual({ do: 'write', version: 1, change: 'AliasesToAdd' });
      expect(progress.notWritten(REFUSED, 0)).toEqual({ do: 'wait', why: 'ValidationException: no' });
    }
  });

  test('whoever else has the alias keeps it', () => {
    const progress = failing();
    expect(progress.found(on(3), 0)).toMatchObject({ do: 'give up' });
    expect(progress.description).toMatch(/^it could not be undone after another error \(the status of version 2 is DELETING \(SageMaker gave no reason\)\); the alias was last seen on version 3/);
  });
});
