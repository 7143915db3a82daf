import * as fc from 'fast-check';
import type { Options, Reference } from '../../../../src/provider/handler/image-retention/model';
import { candidates, type Facts, plan } from '../../../../src/provider/handler/image-retention/plan';

const NOW = 1_800_000_000;
const DAY = 86_400;

/** Versions that are as many days old as their distance from the newest. */
function versions(count: number, statuses: Record<number, string> = {}): Facts['versions'] {
  return Array.from({ length: count }, (_, index) => ({
    number: index + 1, status: statuses[index + 1] ?? 'CREATED', imageVersionArn: `arn/${index + 1}`, created: NOW - (count - index - 1) * DAY,
  }));
}

interface Scene extends Partial<Omit<Facts, 'aliases' | 'references' | 'managed'>> {
  readonly aliases?: Record<number, string[]>;
  readonly references?: Reference[];
  readonly managed?: number[];
}

/** Facts in which everything was read, and nothing is used. */
function facts({ aliases = {}, references = [], managed = [], ...more }: Scene = {}): Facts {
  const all = more.versions ?? versions(5);
  return {
    versions: all,
    now: NOW,
    references,
    managed: new Set(managed),
    guidance: new Map(),
    aliases: new Map(all.map(({ number }) => [number, aliases[number] ?? []])),
    ...more,
  };
}

const options = (more: Partial<Options> = {}): Options =>
  ({ image: 'torch', delete: { Versions: 1 }, expendableAliases: [], dryRun: false, failIfUnreadable: false, ...more });
const where = "domain 'd-1'";

/** Why version 2 of 5 is kept. */
const whyKept = (scene: Scene, more: Partial<Options> = {}) =>
  plan(facts(scene), options(more)).keep.find(({ number }) => number === 2)?.reasons ?? 'deleted';

test('all versions that nothing uses are deleted, the oldest first', () => {
  expect(plan(facts(), options())).toEqual({ delete: [1, 2, 3, 4], mark: [], keep: [{ number: 5, reasons: ['the newest', 'one of the last 1'] }] });
});

test.each<[string, Scene, Partial<Options>, string[] | 'deleted']>([
  ['nothing', {}, {}, 'deleted'],
  ['the number of versions to keep', {}, { delete: { Versions: 4 } }, ['one of the last 4']],
  ['one version too many', {}, { delete: { Versions: 3 } }, 'deleted'],
  ['failed versions, which do not count', { versions: versions(5, { 4: 'CREATE_FAILED' }) }, { delete: { Versions: 3 } }, ['one of the last 3']],
  ['its age', {}, { delete: { Age: 3 * DAY + 1 } }, ['too young']],
  ['its age, which is reached', {}, { delete: { Age: 3 * DAY } }, 'deleted'],
  ['both limits', {}, { delete: { Versions: 4, Age: 4 * DAY } }, ['one of the last 4', 'too young']],
  ['one of two limits', {}, { delete: { Versions: 1, Age: 4 * DAY } }, ['too young']],
  ['no limit', {}, { delete: undefined }, ['no limit']],
  ['this app', { managed: [2] }, {}, ['used by this app']],
  ['an alias', { aliases: { 2: ['prod'] } }, {}, ["alias 'prod'"]],
  ['an expendable alias', { aliases: { 2: ['prod'] } }, { expendableAliases: ['prod'] }, 'deleted'],
  ['an expendable alias by pattern', { aliases: { 2: ['ci-42'] } }, { expendableAliases: ['ci-*'] }, 'deleted'],
  ['one alias that is not expendable', { aliases: { 2: ['ci-42', 'prod'] } }, { expendableAliases: ['ci-*'] }, ["alias 'prod'"]],
  ['an alias that a pattern fits only in part', { aliases: { 2: ['my-ci-42'] } }, { expendableAliases: ['ci-*'] }, ["alias 'my-ci-42'"]],
  ['an alias that a pattern without escapes would fit', { aliases: { 2: ['1x2'] } }, { expendableAliases: ['1.2'] }, ["alias '1x2'"]],
  ['a reference by number', { references: [{ where, number: 2 }] }, {}, [where]],
  ['several references of one place', { references: [{ where, number: 2 }, { where, number: 2 }] }, {}, [where]],
  ['a reference to another version', { references: [{ where, number: 3 }] }, {}, 'deleted'],
  ['a reference to the latest', { references: [{ where }] }, {}, 'deleted'],
  ['a reference by an expendable alias', { aliases: { 2: ['1.0.0'] }, references: [{ where, alias: '1.0.0' }] }, { expendableAliases: ['*.*'] }, [where]],
  ['a reference by the start of an alias', { aliases: { 2: ['1.2.3'] }, references: [{ where, alias: '1.2' }] }, { expendableAliases: ['*.*'] }, [where]],
  ['a reference by an alias in another spelling', { aliases: { 2: ['RC-1'] }, references: [{ where, alias: 'rc-1' }] }, { expendableAliases: ['RC-*'] }, [where]],
  ['a reference by the start of an alias in another spelling', { aliases: { 2: ['V1.2'] }, references: [{ where, alias: 'v1' }] }, { expendableAliases: ['V*'] }, [where]],
  ['a reference by an alias that is its number', { references: [{ where, alias: '2' }] }, {}, [where]],
  ['a reference by an alias that starts likewise', { aliases: { 2: ['1.20'] }, references: [{ where, alias: '1.2' }] }, { expendableAliases: ['*.*'] }, 'deleted'],
  ['a reference that is not clear', { references: [{ where, unclear: true }] }, {}, [where]],
  ['an app that started when it was the latest', { references: [{ where, started: NOW - 3 * DAY }] }, {}, [where]],
  ['an app that started while the next one was being created', { references: [{ where, started: NOW - 2 * DAY }] }, {}, [where]],
  ['an app that started a minute before it was created, by another clock', { references: [{ where, started: NOW - 3 * DAY - 60 }] }, {}, [where]],
  ['an app that started earlier than that', { references: [{ where, started: NOW - 3 * DAY - 61 }] }, {}, 'deleted'],
  ['an app that started later', { references: [{ where, started: NOW - DAY }] }, {}, 'deleted'],
  ['an app that started before', { references: [{ where, started: NOW - 4 * DAY }] }, {}, 'deleted'],
  ['an app with an alias that may have moved', { references: [{ where, existedAt: NOW - DAY }] }, {}, [where]],
  ['such an app, by another clock', { references: [{ where, existedAt: NOW - 3 * DAY - 60 }] }, {}, [where]],
  ['such an app that started earlier', { references: [{ where, existedAt: NOW - 3 * DAY - 61 }] }, {}, 'deleted'],
  ['being created', { versions: versions(5, { 2: 'CREATING' }) }, {}, ['its status is CREATING']],
  ['being deleted', { versions: versions(5, { 2: 'DELETING' }) }, {}, ['its status is DELETING']],
  ['a status that is not known', { versions: versions(5, { 2: 'FROZEN' }) }, {}, ['its status is FROZEN']],
  ['its failure', { versions: versions(5, { 2: 'CREATE_FAILED' }) }, { delete: { Versions: 5 } }, 'deleted'],
  ['its failed deletion', { versions: versions(5, { 2: 'DELETE_FAILED' }) }, { delete: { Versions: 5 } }, 'deleted'],
  ['its age, although it failed', { versions: versions(5, { 2: 'CREATE_FAILED' }) }, { delete: { Age: 4 * DAY } }, ['too young']],
  ['this app, although it failed', { versions: versions(5, { 2: 'CREATE_FAILED' }), managed: [2] }, {}, ['used by this app']],
  ['being the newest that is usable', { versions: versions(5, { 3: 'CREATE_FAILED', 4: 'CREATE_FAILED', 5: 'CREATING' }) }, { delete: { Age: 1 } },
    ['the newest that is CREATED']],
])('version 2 of 5 is protected by %s', (_, scene, more, expected) => {
  expect(whyKept(scene, more)).toEqual(expected);
});

test('the newest is kept, even if it failed', () => {
  const { delete: deleted, keep } = plan(facts({ versions: versions(3, { 3: 'CREATE_FAILED' }) }), options());
  expect([deleted, keep.map(({ number }) => number)]).toEqual([[1], [2, 3]]);
});

test('what was not read protects', () => {
  expect(plan(facts({ aliases: {}, versions: versions(2) }), options()).delete).toEqual([1]);
  expect(plan({ ...facts(), aliases: new Map() }, options()).delete).toEqual([]);
  expect(plan({ ...facts(), references: undefined }, options()).delete).toEqual([]);
  expect(plan({ ...facts(), references: undefined }, options()).keep[0]).toEqual({ number: 1, reasons: ['its uses were not read'] });
  expect(plan({ ...facts(), aliases: new Map([[2, []]]) }, options()).delete).toEqual([2]);
});

describe('retirement', () => {
  const retired = (scene: Scene, guidance: Record<number, string | undefined>, more: Partial<Options> = {}) => plan(
    facts({
      ...scene,
      versions: scene.versions ?? versions(6),
      guidance: new Map(Object.entries(guidance).map(([number, value]) => [Number(number), value])),
    }),
    options({ delete: { Versions: 5 }, toBeArchived: { Versions: 1 }, archived: { Versions: 3 }, ...more }),
  ).mark.map(({ number, guidance: next }) => `${number} ${next}`);
  const STABLE = { 1: 'STABLE', 2: 'STABLE', 3: 'STABLE', 4: 'STABLE', 5: 'STABLE', 6: 'STABLE' };

  test('goes by the number of versions, and what is deleted is not marked', () => {
    expect(retired({}, STABLE)).toEqual(['2 ARCHIVED', '3 ARCHIVED', '4 TO_BE_ARCHIVED', '5 TO_BE_ARCHIVED']);
  });

  test('goes by age', () => {
    expect(retired({}, STABLE, { delete: undefined, toBeArchived: { Age: 2 * DAY }, archived: { Age: 4 * DAY } }))
      .toEqual(['1 ARCHIVED', '2 ARCHIVED', '3 TO_BE_ARCHIVED', '4 TO_BE_ARCHIVED']);
  });

  test.each<[string, Scene, Record<number, string | undefined>, string[]]>([
    ['no guidance', {}, { 4: undefined }, ['4 TO_BE_ARCHIVED']],
    ['none provided', {}, { 4: 'NOT_PROVIDED' }, ['4 TO_BE_ARCHIVED']],
    ['guidance that was reached', {}, { 4: 'TO_BE_ARCHIVED' }, []],
    ['guidance beyond', {}, { 4: 'ARCHIVED' }, []],
    ['the next guidance', {}, { 3: 'TO_BE_ARCHIVED' }, ['3 ARCHIVED']],
    ['guidance that was not read', {}, {}, []],
    ['an alias', { aliases: { 4: ['prod'] } }, { 4: 'STABLE' }, []],
    ['a use', { references: [{ where, number: 4 }] }, { 4: 'STABLE' }, []],
    ['the app', { managed: [4] }, { 4: 'STABLE' }, []],
    ['a failure', { versions: versions(6, { 4: 'CREATE_FAILED' }) }, { 4: 'STABLE' }, []],
  ])('a version with %s', (_, scene, guidance, expected) => {
    expect(retired(scene, guidance)).toEqual(expected);
  });

  test('a version that failed is not marked where none is deleted', () => {
    expect(retired({ versions: versions(6, { 4: 'CREATE_FAILED' }) }, STABLE, { delete: undefined, toBeArchived: { Age: DAY }, archived: undefined }))
      .toEqual(['1 TO_BE_ARCHIVED', '2 TO_BE_ARCHIVED', '3 TO_BE_ARCHIVED', '5 TO_BE_ARCHIVED']);
  });

  test('what was not read is not marked', () => {
    const all = facts({ versions: versions(3), guidance: new Map([[1, 'STABLE']]) });
    const retirement = options({ delete: undefined, toBeArchived: { Versions: 1 } });
    expect(plan(all, retirement).mark).toEqual([{ number: 1, guidance: 'TO_BE_ARCHIVED' }]);
    expect(plan({ ...all, references: undefined }, retirement).mark).toEqual([]);
    expect(plan({ ...all, aliases: new Map() }, retirement).mark).toEqual([]);
  });
});

test('only versions that may be deleted or marked are candidates', () => {
  const scene = facts({ versions: versions(6, { 2: 'CREATING' }), managed: [3], aliases: { 1: ['prod'] } });
  expect(candidates(scene, options({ delete: { Versions: 2 }, archived: { Versions: 1 } }))).toEqual({ delete: [1, 4], retire: [5] });
  expect(candidates(scene, options({ delete: undefined }))).toEqual({ delete: [], retire: [] });
});

// The oracle states each rule in its own words and shares no code with the plan.
test('a plan deletes exactly what no rule protects', () => {
  const status = fc.constantFrom('CREATED', 'CREATED', 'CREATED', 'CREATING', 'CREATE_FAILED', 'DELETING', 'DELETE_FAILED', 'OTHER');
  const alias = fc.constantFrom('prod', 'ci-1', 'ci-2', '1.0', '1.0.1', '2');
  const scene = fc.record({
    versions: fc.uniqueArray(fc.record({
      number: fc.integer({ min: 1, max: 9 }), status, age: fc.integer({ min: 0, max: 9 }), aliases: fc.option(fc.array(alias, { maxLength: 2 })),
    }), { selector: ({ number }) => number, maxLength: 8 }),
    managed: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 2 }),
    references: fc.option(fc.array(fc.oneof(
      fc.record({ number: fc.integer({ min: 1, max: 9 }) }), fc.record({ alias }), fc.record({ daysAgo: fc.integer({ min: 0, max: 9 }) }),
      fc.constant({}),
    ), { maxLength: 3 }), { freq: 9 }),
    count: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
    age: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
    expendable: fc.constantFrom([], ['ci-*'], ['prod'], ['*.*', '2']),
  });
  fc.assert(fc.property(scene, ({ versions: all, managed, references, count, age, expendable }) => {
    const planned = plan({
      versions: all.map(({ number, status: state, age: days }) => ({ number, status: state, imageVersionArn: '', created: NOW - days * DAY })),
      managed: new Set(managed),
      now: NOW,
      aliases: new Map(all.flatMap(({ number, aliases }) => aliases ? [[number, aliases] as const] : [])),
      guidance: new Map(),
      references: references?.map((one) => ({ where, ...'daysAgo' in one ? { started: NOW - Number(one.daysAgo) * DAY } : one })),
    }, options({
      delete: count === undefined && age === undefined ? undefined : { Versions: count, Age: age === undefined ? undefined : age * DAY },
      expendableAliases: expendable,
    }));
    const isExpendable = (name: string) => ({ 'ci-*': /^ci-/, 'prod': /^prod$/ } as Record<string, RegExp>)[expendable[0] ?? '']?.test(name)
      ?? (expendable.length === 2 && (name.includes('.') || name === '2'));
    const expected = all.filter((one) => {
      const good = all.filter(({ status: state }) => state === 'CREATED').map(({ number }) => number).sort((x, y) => y - x);
      if (all.some(({ number }) => number > one.number) === false || good[0] === one.number || managed.includes(one.number)) { return false; }
      if (one.status === 'CREATING' || one.status === 'DELETING' || one.status === 'OTHER') { return false; }
      if (count === undefined && age === undefined) { return false; }
      if (count !== undefined && good.slice(0, count).includes(one.number)) { return false; }
      if (age !== undefined && one.age < age) { return false; }
      if (!one.aliases || !references || one.aliases.some((name) => !isExpendable(name))) { return false; }
      for (const reference of references as { number?: number; alias?: string; daysAgo?: number }[]) {
        if (reference.number === one.number) { return false; }
        if (reference.alias !== undefined
          && (one.aliases.some((name) => name === reference.alias) || one.aliases.some((name) => name.startsWith(reference.alias! + '.')) || reference.alias === `${one.number}`)) { return false; }
        if (reference.daysAgo !== undefined) {
          const then = all.filter(({ status: state, age: days }) => state === 'CREATED' && days >= reference.daysAgo!)
            .map(({ number }) => number).sort((x, y) => y - x);
          if (then.indexOf(one.number) === 0 || then.indexOf(one.number) === 1) { return false; }
        }
      }
      return true;
    }).map(({ number }) => number).sort((x, y) => x - y);
    expect(planned.delete).toEqual(expected);
    const numbers = all.map(({ number }) => number).sort((x, y) => x - y);
    expect([...planned.delete, ...planned.keep.map(({ number }) => number)].sort((x, y) => x - y)).toEqual(numbers);
  }), { numRuns: 3000 });
});
