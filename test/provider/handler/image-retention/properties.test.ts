import type { RawProperties } from '../../../../src/provider/handler/image-retention/model';
import { managedIn, parse } from '../../../../src/provider/handler/image-retention/properties';
import { Failure } from '../../../../src/provider/handler/lifecycle/failure';

test('what is not given is not guessed', () => {
  expect(parse({ ImageName: 'torch' })).toStrictEqual({
    image: 'torch', delete: undefined, toBeArchived: undefined, archived: undefined, expendableAliases: [], dryRun: false, failIfUnreadable: false,
  });
});

test('strings are parsed', () => {
  expect(parse({
    ImageName: 'torch', Delete: { Versions: '2' }, ToBeArchived: { Age: '3600' }, Archived: { Versions: 1, Age: '60' }, ExpendableAliases: ['ci-*', '1.0'], DryRun: 'true', FailIfUnreadable: true,
  })).toStrictEqual({
    image: 'torch',
    delete: { Versions: 2, Age: undefined },
    toBeArchived: { Versions: undefined, Age: 3600 },
    archived: { Versions: 1, Age: 60 },
    expendableAliases: ['ci-*', '1.0'],
    dryRun: true,
    failIfUnreadable: true,
  });
});

test.each<[RawProperties, string]>([
  [{ ImageName: undefined }, 'ImageName must be a non-empty string, got undefined'],
  [{ ImageName: 5 }, 'ImageName must be a non-empty string, got 5'],
  [{ ExpendableAliases: 'ci' }, 'ExpendableAliases must be a list of aliases, got "ci"'],
  [{ ExpendableAliases: ['ci', 5] }, 'ExpendableAliases must be a list of aliases, got ["ci",5]'],
  [{ ExpendableAliases: ['**'] }, 'ExpendableAliases must be a list of aliases, got ["**"]'],
  [{ ExpendableAliases: [''] }, 'ExpendableAliases must be a list of aliases, got [""]'],
  [{ Delete: 'all' }, 'Delete must be a limit, got "all"'],
  [{ Delete: null }, 'Delete must be a limit, got null'],
  [{ Delete: { Versions: '' } }, 'Delete.Versions must be a positive integer, got ""'],
  [{ Delete: { Age: '-1' } }, 'Delete.Age must be a positive integer, got "-1"'],
  [{ Archived: { Age: 'NaN' } }, 'Archived.Age must be a positive integer, got "NaN"'],
])('%j is not valid', (properties, problem) => {
  const error = (() => {
    try {
      return parse({ ImageName: 'torch', ...properties });
    } catch (failure) {
      return failure;
    }
  })();
  expect(error).toBeInstanceOf(Failure);
  expect(error).toMatchObject({ untouched: true, message: `the image retention properties are not valid: ${problem}; nothing was changed; correct them and deploy again` });
});

describe('the versions of the app', () => {
  const arn = (image: string, number: number) => `arn:aws:sagemaker:eu-west-1:111111111111:image-version/${image}/${number}`;

  test.each<[unknown, unknown, number[]]>([
    [[], undefined, []],
    [['12'], undefined, [12]],
    [12, undefined, [12]],
    [['3', 4], ['5', arn('torch', 16)], [3, 4, 5, 16]],
    [[arn('Torch', 12), arn('other', 3), arn('my-torch', 4)], [], [12]],
    [['None', '', 'none', '3'], [], [3]],
  ])('%j and before %j', (Managed, before, expected) => {
    expect([...managedIn({ ImageName: 'torch', Managed }, { Managed: before })!]).toEqual(expected);
  });

  test.each([undefined, null, ['x'], ['x3'], ['3x'], ['3', '1.5'], ['-3'], [{}], ['arn:aws:sagemaker:eu-west-1:111111111111:image/torch'], [`${arn('torch', 3)}/4`], [`x${arn('torch', 3)}`]])(
    '%j are not known', (Managed) => {
      expect(managedIn({ ImageName: 'torch', Managed }, {})).toBeUndefined();
      expect(managedIn({ ImageName: 'torch', Managed: ['1'] }, { Managed: Managed ?? ['y'] })).toBeUndefined();
    });
});
