import { Assembly, excuse, missingDocstrings } from '../../scripts/docstrings';

type Type = NonNullable<Assembly['types']>[string];

const PAGE = { summary: 'Something.', see: 'https://docs.aws.amazon.com/' };
const described = { docs: { summary: 'Something.' } };
const complete = { docs: { summary: 'Something.', returns: 'something', custom: { throws: 'if something is wrong' } } };
const problemsOf = (type: Partial<Type>) => [...missingDocstrings({ types: { T: { name: 'Image', docs: PAGE, ...type } } }).values()];
const problemsOfMethod = (method: object) => problemsOf({ methods: [{ name: 'addVersion', ...complete, ...method }] });
const problemsOfProperty = (property: object) => problemsOf({ datatype: true, properties: [{ name: 'alias', ...property }] });

describe('missingDocstrings', () => {
  test('finds nothing in an API that is described', () => {
    expect(problemsOf({
      initializer: { ...complete, parameters: [{ name: 'scope', ...described }] },
      methods: [{ name: 'addVersion', ...complete, returns: {}, parameters: [{ name: 'id', ...described }] }],
      properties: [{ name: 'role', ...described, optional: true }],
    })).toEqual([]);
  });

  test('finds types, members and enum values without a description', () => {
    expect(problemsOf({
      docs: { ...PAGE, summary: ' ' },
      methods: [{ name: 'addVersion', docs: { ...complete.docs, summary: undefined } }],
      properties: [{ name: 'role' }],
      members: [{ name: 'TRAINING' }],
    })).toEqual([
      'no-summary:Image has no description',
      'no-summary:Image.addVersion has no description',
      'no-summary:Image.role has no description',
      'no-summary:Image.TRAINING has no description',
    ]);
  });

  test.each([undefined, 'ImageVersion'])('finds a type that does not say which page it comes from: %s', (see) => {
    expect(problemsOf({ docs: { ...PAGE, see } })).toEqual(['no-see:Image has no @see with the page that it comes from']);
  });

  test('finds a class without an example', () => {
    expect(problemsOf({ kind: 'class' })).toEqual(['no-example:Image has no @example']);
    expect(problemsOf({ kind: 'class', docs: { ...PAGE, example: 'new Image(this, "Torch");' } })).toEqual([]);
    expect(problemsOf({ kind: 'interface' })).toEqual([]);
  });

  test.each([undefined, ' ', 'options', 'Options.', 'the options'])('finds a parameter whose description says nothing: %s', (summary) => {
    const parameters = [{ name: 'options', docs: { summary } }];
    expect(problemsOfMethod({ parameters })).toEqual(['no-param:Image.addVersion(options) has no description but its name']);
    expect(problemsOf({ initializer: { ...complete, parameters } })).toEqual(['no-param:Image.constructor(options) has no description but its name']);
  });

  test('finds what comes back without @returns', () => {
    expect(problemsOfMethod({ docs: { ...complete.docs, returns: undefined }, returns: {} })).toEqual(['no-returns:Image.addVersion has no @returns']);
    expect(problemsOfMethod({ docs: { ...complete.docs, returns: undefined } })).toEqual([]);
  });

  test('finds methods and constructors without @throws', () => {
    expect(problemsOfMethod({ ...described })).toEqual(['no-throws:Image.addVersion has no @throws']);
    expect(problemsOf({ initializer: described })).toEqual(['no-throws:Image.constructor has no @throws']);
  });

  test('finds a property of a struct that may be left out and does not say what happens then', () => {
    const docs = { summary: 'An alias. A change updates the version in place.' };
    expect(problemsOfProperty({ docs, optional: true })).toEqual(['no-default:Image.alias has no @default']);
    expect(problemsOfProperty({ docs: { ...docs, default: '- none' }, optional: true })).toEqual([]);
    expect(problemsOfProperty({ docs })).toEqual([]);
  });

  test('finds a property of a struct that does not say what a change does', () => {
    expect(problemsOfProperty(described)).toEqual(['no-change:Image.alias does not say what a change does']);
    expect(problemsOfProperty({ docs: { summary: 'An alias.', remarks: 'A change updates the version.' } })).toEqual([]);
  });
});

describe('excuse', () => {
  const findings = missingDocstrings({
    types: { T: { name: 'Image', docs: PAGE, methods: [{ name: 'a', ...described }, { name: 'b', ...described }, { name: 'c', docs: { summary: '' } }] } },
  });
  const summary = 'no-summary:Image.c has no description';

  test('takes one method, or all of a type, but from @throws only', () => {
    expect(excuse(findings, { 'Image.a': 'does nothing' }))
      .toEqual(['no-throws:Image.b has no @throws', summary, 'no-throws:Image.c has no @throws']);
    expect(excuse(findings, { Image: 'does nothing' })).toEqual([summary]);
  });

  test('says an excuse without a reason, and one that nothing needs', () => {
    expect(excuse(findings, { Image: ' ' })).toContain('Image is excused from @throws without need or reason');
    expect(excuse(findings, { 'Image': 'does nothing', 'Role.a': 'does nothing' })).toEqual([summary, 'Role.a is excused from @throws without need or reason']);
  });
});
