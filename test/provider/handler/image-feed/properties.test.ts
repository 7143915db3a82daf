import { parse, physicalIdOf, pushOf } from '../../../../src/provider/handler/image-feed/properties';
import { Failure } from '../../../../src/provider/handler/lifecycle/failure';

const GIVEN = { ImageName: 'torch', Alias: 'stable', RepositoryName: 'team/torch', RepositoryUri: 'host/team/torch', Tags: ['release-*'], ReportedAs: 'Stack/Feed' };

test.each<[object, object]>([
  [{}, { Metadata: {}, ReadLabels: false, Needed: false }],
  [{ Metadata: { Processor: 'GPU', Horovod: 'true' }, ReadLabels: 'true', Needed: 'true' }, { Metadata: { Processor: 'GPU', Horovod: true }, ReadLabels: true, Needed: true }],
  [{ Metadata: { Horovod: 'false' }, ReadLabels: 'false', Needed: true }, { Metadata: { Horovod: false }, ReadLabels: false, Needed: true }],
])('%j is parsed', (more, expected) => {
  expect(parse({ ...GIVEN, ...more })).toStrictEqual({ ...GIVEN, ...expected });
});

test.each<[object, string]>([
  [{ ImageName: 5 }, 'ImageName must be a non-empty string, got 5'],
  [{ Alias: '' }, 'Alias must be a non-empty string, got ""'],
  [{ Tags: 'x' }, 'Tags must be a list of patterns, got "x"'],
  [{ Tags: [] }, 'Tags must be a list of patterns, got []'],
  [{ RepositoryName: null, RepositoryUri: '', ReportedAs: undefined, Tags: undefined },
    'RepositoryName must be a non-empty string, got null, RepositoryUri must be a non-empty string, got "", ReportedAs must be a non-empty string, got undefined, '
    + 'Tags must be a list of patterns, got undefined'],
])('%j is not valid', (more, problems) => {
  const error = (() => {
    try {
      return parse({ ...GIVEN, ...more });
    } catch (failure) {
      return failure;
    }
  })();
  expect(error).toBeInstanceOf(Failure);
  expect(error).toMatchObject({ untouched: true, message: `the image feed properties are not valid: ${problems}; nothing was changed; correct them and deploy again` });
});

test('the push of an event', () => {
  expect(pushOf({ 'image-digest': 'sha256:a', 'image-tag': 'v1' }, '2026-01-01T00:00:05Z')).toEqual({ digest: 'sha256:a', tag: 'v1', time: 1_767_225_605 });
});

test('the physical id', () => {
  expect(physicalIdOf({ ImageName: 'torch', Alias: 'stable' })).toBe('torch/feed/stable');
});
