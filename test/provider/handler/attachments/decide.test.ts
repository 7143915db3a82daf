import { type Decision, Progress } from '../../../../src/provider/handler/attachments/decide';
import { attaching, detaching } from '../../../../src/provider/handler/attachments/goal';
import type { Blocks } from '../../../../src/provider/handler/attachments/model';
import { parse } from '../../../../src/provider/handler/attachments/properties';
import { noResponse, serviceError } from '../world';

// Single decisions, for the exact times and the order of events that the scenes with a fake domain do not show.

const OURS = { ImageName: 'torch', AppImageConfigName: 'lab', ImageVersionNumber: 3 };
const properties = (more: object = {}) =>
  parse({ DomainId: 'd-1', DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [{ ...OURS, ImageVersionNumber: '3' }] } }, ...more });
const withOurs: Blocks = { DefaultUserSettings: { SecurityGroups: ['sg-1'], JupyterLabAppSettings: { CustomImages: [OURS] } } };
const withoutOurs: Blocks = { DefaultUserSettings: { SecurityGroups: ['sg-1'], JupyterLabAppSettings: { CustomImages: [] } } };

let progress: Progress;
let stamp: number;

beforeEach(() => {
  progress = new Progress(attaching(properties()));
  stamp = 0;
});

/** Decides after a reading at this time, in milliseconds. It shows a write since the last one, unless `same`. */
function read(at: number, status: string, blocks: Blocks, { same = false, took = 0, after = 0 } = {}): Decision {
  stamp += same ? 0 : 1;
  return progress.read({ startedAt: at, endedAt: at + took, status, stamp: String(stamp), blocks }, at + took + after);
}

/** Reads at this time and writes. */
function write(at: number, status = 'InService', blocks = withoutOurs): void {
  expect(read(at, status, blocks)).toMatchObject({ do: 'write' });
  progress.written();
}

const pauseOf = (decision: Decision) => decision.do === 'wait' ? decision.milliseconds : decision.do;

describe('the age of a reading', () => {
  test.each([[2_500, 'write'], [2_501, 'wait']])('of %d ms leads to: %s', (after, action) => {
    expect(read(0, 'InService', withoutOurs, { after })).toMatchObject({ do: action });
  });
});

describe('the quiet time', () => {
  test('is counted from the end of the first reading with the same stamp to the start of the last one', () => {
    expect(pauseOf(read(0, 'InService', withOurs, { took: 100 }))).toBe(2_000);
    expect(pauseOf(read(5_000, 'InService', withOurs, { same: true }))).toBe(1_100);
    expect(pauseOf(read(5_800, 'InService', withOurs, { same: true }))).toBe(500);
    expect(read(6_099, 'InService', withOurs, { same: true }).do).toBe('wait');
    expect(read(6_100, 'InService', withOurs, { same: true }).do).toBe('finish');
  });

  test('starts over after each write by somebody else, but ends after 30 seconds with our entries', () => {
    for (let at = 100; at < 30_000; at += 2_990) {
      expect(read(at, 'InService', withOurs).do).toBe('wait');
    }
    expect(read(30_099, 'InService', withOurs).do).toBe('wait');
    expect(read(30_100, 'InService', withOurs).do).toBe('finish');
  });

  test('counts only readings with our entries', () => {
    read(0, 'InService', withOurs);
    write(20_000);
    expect(read(30_000, 'InService', withOurs).do).toBe('wait');
    expect(read(35_000, 'InService', withOurs).do).toBe('wait');
    expect(read(60_000, 'InService', withOurs).do).toBe('finish');
  });
});

describe('while an update is running', () => {
  test.each(['Updating', 'Pending'])('nothing is written (%s)', (status) => {
    expect(read(0, status, withoutOurs)).toEqual({ do: 'wait', why: `the domain status is ${status}` });
  });

  test('the domain is watched if the update is ours, or if our entries are present', () => {
    expect(pauseOf(read(0, 'Updating', withoutOurs))).toBeUndefined();
    expect(pauseOf(read(1_000, 'Updating', withOurs))).toBe(800);
    progress = new Progress(attaching(properties()));
    write(2_000);
    expect(pauseOf(read(3_000, 'Updating', withoutOurs))).toBe(800);
    expect(pauseOf(read(4_000, 'InService', withOurs))).toBe(2_000);
    expect(pauseOf(read(5_000, 'Updating', withoutOurs))).toBeUndefined();
  });

  test('by somebody else, our entries are safe 30 seconds after our update was complete', () => {
    write(0);
    read(1_000, 'Updating', withOurs);
    expect(read(60_000, 'InService', withOurs).do).toBe('wait');
    expect(read(60_800, 'Updating', withOurs).do).toBe('wait');
    expect(read(89_999, 'Updating', withOurs).do).toBe('wait');
    expect(read(90_000, 'Updating', withoutOurs).do).toBe('wait');
    expect(read(90_000, 'Updating', withOurs).do).toBe('finish');
  });

  test('by somebody else, our default is not safe once theirs is there', () => {
    const image = (name: string) => ({ SageMakerImageArn: `arn:aws:sagemaker:eu-west-1:111111111111:image/${name}` });
    const withDefault = (name: string) => ({
      DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [OURS], DefaultResourceSpec: image(name) } },
    });
    progress = new Progress(attaching(properties(withDefault('torch'))));
    write(0);
    read(1_000, 'Updating', withDefault('torch'));
    expect(read(60_000, 'InService', withDefault('torch')).do).toBe('wait');
    expect(read(90_000, 'Updating', withDefault('theirs')).do).toBe('wait');
    expect(read(91_000, 'InService', withDefault('theirs')).do).toBe('give up');
  });

  test('our entries are not safe if it may be our own update, whose status came late', () => {
    write(0);
    read(500, 'InService', withOurs);
    expect(read(40_000, 'Updating', withOurs).do).toBe('wait');
    expect(read(60_000, 'Update_Failed', withOurs).do).toBe('wait');
    expect(read(62_000, 'Update_Failed', withOurs, { same: true }).do).toBe('write');
  });

  test('our entries are not safe without an update of ours', () => {
    read(0, 'InService', withOurs);
    expect(read(31_000, 'Updating', withOurs).do).toBe('wait');
  });

  test('our entries have to be complete again after somebody removed them', () => {
    write(0);
    read(1_000, 'Updating', withOurs);
    read(60_000, 'InService', withOurs);
    write(61_000);
    expect(read(95_000, 'Updating', withOurs).do).toBe('wait');
  });
});

describe('after an update by somebody else', () => {
  test('the domain is left alone for 1.2 to 3 seconds, once', () => {
    read(0, 'Updating', withoutOurs);
    expect(read(1_000, 'InService', withoutOurs)).toEqual({ do: 'wait', why: 'another process has just updated the domain', milliseconds: 1_200, jitter: 1_800 });
    expect(read(3_000, 'InService', withoutOurs, { same: true }).do).toBe('write');
  });

  test('a conflict is reported at once', () => {
    read(0, 'Updating', withoutOurs);
    expect(read(1_000, 'InService', { DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [{ ...OURS, ImageVersionNumber: 1 }] } } }).do).toBe('give up');
  });

  test('another version is no conflict if our entry was there before', () => {
    write(0);
    read(7_000, 'InService', withOurs);
    expect(read(8_000, 'InService', { DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [{ ...OURS, ImageVersionNumber: 1 }] } } }).do).toBe('write');
  });

  test('our own update is no reason to wait', () => {
    write(0);
    read(1_000, 'Updating', withoutOurs);
    // The update is over, and somebody has removed the entry meanwhile.
    expect(read(60_000, 'InService', withoutOurs).do).toBe('write');
  });

  test('the advice after a timeout names the number of updates from three on', () => {
    const ready = 'make sure that the domain is InService and deploy again';
    const update = (at: number) => {
      read(at, 'Updating', withoutOurs);
      read(at + 1, 'Updating', withoutOurs, { same: true });
    };
    update(0);
    update(10);
    expect(progress.remedy).toBe(ready);
    update(20);
    expect(progress.remedy).toBe('others updated the domain 3 times meanwhile, and it takes one update at a time: '
      + 'deploy again, and attach the images of fewer stacks at the same time');
  });

  test('the advice does not count our own updates', () => {
    for (let at = 0; at < 50_000; at += 10_000) {
      write(at);
      read(at + 1_000, 'Updating', withoutOurs);
    }
    expect(progress.remedy).toBe('make sure that the domain is InService and deploy again');
    expect(new Progress(detaching(properties(), 'any version')).remedy).toBe('make sure that the domain is InService or gone and deploy again');
  });
});

describe('a failed update', () => {
  test('may be older than our write for six seconds, unless its update was seen', () => {
    write(1_000, 'Update_Failed');
    expect(read(6_999, 'Update_Failed', withoutOurs)).toEqual({
      do: 'wait', why: 'the update failed (SageMaker gave no reason), maybe since before the last write',
    });
    expect(read(7_000, 'Update_Failed', withoutOurs).do).toBe('write');
    progress.written();
    read(8_000, 'Updating', withoutOurs);
    expect(read(8_500, 'Update_Failed', withoutOurs)).toMatchObject({ do: 'give up', why: 'the update failed (SageMaker gave no reason)' });
  });

  test('is that of our last write, even if an earlier one succeeded', () => {
    write(0);
    read(7_000, 'InService', withOurs);
    write(8_000);
    // Sends less. Otherwise, it would be the first retry.
    expect(read(20_000, 'Update_Failed', withoutOurs)).toEqual({
      do: 'write', blocks: { DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [OURS] } } },
    });
  });

  test('of somebody else is followed by a write of all settings', () => {
    expect(read(0, 'Update_Failed', withOurs)).toEqual({ do: 'write', blocks: withOurs });
    progress = new Progress(attaching(properties()));
    write(0);
    read(7_000, 'InService', withOurs);
    expect(read(8_000, 'Update_Failed', withOurs)).toEqual({ do: 'write', blocks: withOurs });
  });

  test('is not followed by a write of blocks and apps in which we have no entries', () => {
    const lab = { CustomImages: [OURS] };
    const both = parse({
      DomainId: 'd-1',
      DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [{ ...OURS, ImageVersionNumber: '3' }] } },
      DefaultSpaceSettings: { CodeEditorAppSettings: { CustomImages: [] } },
    });
    progress = new Progress(attaching(both));
    const blocks = {
      DefaultUserSettings: { JupyterLabAppSettings: lab, CodeEditorAppSettings: lab },
      DefaultSpaceSettings: { JupyterLabAppSettings: lab, CodeEditorAppSettings: lab },
    };
    expect(read(0, 'Update_Failed', blocks)).toEqual({ do: 'write', blocks: { DefaultUserSettings: blocks.DefaultUserSettings } });
    progress.written();
    expect(read(7_000, 'Update_Failed', blocks)).toEqual({ do: 'write', blocks: { DefaultUserSettings: { JupyterLabAppSettings: lab } } });
  });

  test('of a domain with two lists of ours is followed by a write of both, each with its own app', () => {
    const ours = (app: string) => ({ [app]: { CustomImages: [{ ...OURS, ImageVersionNumber: '3' }] } });
    progress = new Progress(attaching(parse({
      DomainId: 'd-1', DefaultUserSettings: ours('JupyterLabAppSettings'), DefaultSpaceSettings: ours('CodeEditorAppSettings'),
    })));
    const apps = { JupyterLabAppSettings: { CustomImages: [OURS] }, CodeEditorAppSettings: { CustomImages: [OURS] } };
    write(0, 'Update_Failed', { DefaultUserSettings: apps, DefaultSpaceSettings: apps });
    expect(read(7_000, 'Update_Failed', { DefaultUserSettings: apps, DefaultSpaceSettings: apps })).toEqual({
      do: 'write',
      blocks: {
        DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [OURS] } },
        DefaultSpaceSettings: { CodeEditorAppSettings: { CustomImages: [OURS] } },
      },
    });
  });

  test('does not matter to a removal that is complete', () => {
    progress = new Progress(detaching(properties(), 'any version'));
    read(0, 'Update_Failed', withoutOurs);
    expect(read(6_000, 'Update_Failed', withoutOurs, { same: true }).do).toBe('finish');
    progress = new Progress(attaching(properties()));
    expect(read(0, 'Update_Failed', withOurs).do).toBe('write');
  });
});

describe('a write that is refused', () => {
  const refuse = (name = 'ValidationException') => progress.notWritten(serviceError(name, 'no'), 0);
  const sent = (decision: Decision) => decision.do === 'write' ? Object.keys(decision.blocks.DefaultUserSettings!) : decision.do;
  const next = () => sent(read(0, 'InService', withoutOurs, { same: true }));

  beforeEach(() => { read(0, 'InService', withoutOurs); });

  test('is repeated once, then sent with less twice, and then given up', () => {
    expect(refuse()).toEqual({ do: 'wait', why: 'ValidationException: no' });
    expect(next()).toEqual(['SecurityGroups', 'JupyterLabAppSettings']);
    expect(refuse().do).toBe('wait');
    expect(next()).toEqual(['JupyterLabAppSettings']);
    expect(refuse().do).toBe('wait');
    expect(refuse()).toEqual({ do: 'give up', refused: true, why: 'ValidationException: no', remedy: 'fix the cause of this error and deploy again', help: 'The update of the domain failed' });
  });

  test.each([
    ['somebody wrote', () => { read(0, 'InService', withoutOurs); }],
    ['an update was running', () => { read(0, 'Updating', withoutOurs, { same: true }); }],
    ['another write was accepted', () => progress.written()],
  ])('is counted anew after %s', (_, event) => {
    [1, 2, 3].forEach(() => refuse());
    event();
    [1, 2, 3].forEach(() => expect(refuse().do).toBe('wait'));
    expect(refuse().do).toBe('give up');
  });

  test('because SageMaker is busy does not count', () => {
    [1, 2, 3, 4, 5].forEach(() => expect(refuse('ThrottlingException').do).toBe('wait'));
    expect(next()).toEqual(['SecurityGroups', 'JupyterLabAppSettings']);
  });

  test('because of a role is sent without it at once, and without other settings the next time', () => {
    const role = () => progress.notWritten(serviceError('AccessDeniedException', 'not authorized to perform: iam:PassRole'), 0);
    const withRole = { DefaultUserSettings: { ExecutionRole: 'arn', ...withoutOurs.DefaultUserSettings } };
    progress = new Progress(attaching(properties({ PassExecutionRole: ['DefaultUserSettings'] })));
    const again = () => sent(read(0, 'InService', withRole, { same: true }));
    expect(again()).toEqual(['ExecutionRole', 'SecurityGroups', 'JupyterLabAppSettings']);
    expect(role()).toEqual({ do: 'wait', why: 'AccessDeniedException: not authorized to perform: iam:PassRole', milliseconds: 0 });
    expect(again()).toEqual(['SecurityGroups', 'JupyterLabAppSettings']);
    expect(role()).toMatchObject({ do: 'wait', milliseconds: 0 });
    expect(again()).toEqual(['JupyterLabAppSettings']);
    // Nothing is left to omit, so that only the permission may follow.
    expect(role()).not.toHaveProperty('milliseconds');
  });

  test('because of a permission is repeated for 90 seconds from its first refusal', () => {
    const deny = (at: number) => progress.notWritten(serviceError('AccessDeniedException', 'no'), at).do;
    expect([deny(1_000), deny(90_999), deny(91_000)]).toEqual(['wait', 'wait', 'give up']);
    progress.written();
    expect([deny(100_000), deny(189_999), deny(190_000)]).toEqual(['wait', 'wait', 'give up']);
  });

  test('without a response may have been accepted', () => {
    expect(progress.touched).toBe(false);
    expect(progress.notWritten(noResponse(), 0)).toMatchObject({ do: 'wait' });
    expect(progress.touched).toBe(true);
  });
});

describe('a read that fails', () => {
  test('because of a permission is repeated for 90 seconds since the last one that succeeded', () => {
    const deny = (at: number) => progress.notRead(serviceError('AccessDeniedException', 'no'), at).do;
    expect([deny(0), deny(89_999), deny(90_000)]).toEqual(['wait', 'wait', 'give up']);
    read(0, 'Updating', withoutOurs);
    expect(deny(90_000)).toBe('wait');
  });

  test('for another reason is given up with it', () => {
    expect(progress.notRead(serviceError('ValidationException', 'no'), 0)).toEqual({
      do: 'give up', why: 'ValidationException: no', remedy: 'fix the cause of this error and deploy again',
    });
  });

  test('because the domain is gone ends a deletion only', () => {
    const gone = serviceError('ResourceNotFound', 'Domain [d-1] does not exist.');
    expect(progress.notRead(gone, 0)).toMatchObject({ do: 'give up', remedy: 'use an existing domain in this account and Region' });
    progress = new Progress(detaching(properties(), 'any version'));
    expect(progress.notRead(gone, 0)).toEqual({ do: 'finish', result: undefined });
  });
});

test('a domain that is being deleted is given up, unless it is waited for', () => {
  expect(read(0, 'Deleting', withOurs)).toMatchObject({ do: 'give up', why: 'the domain is being deleted' });
  progress = new Progress(detaching(properties(), 'any version'));
  expect(read(0, 'Deleting', withOurs)).toEqual({ do: 'wait', why: 'the domain is being deleted' });
});
