import { type Assembly, excuse, missingDocstrings } from '../../scripts/docstrings';

type Type = NonNullable<Assembly['types']>[string];

const PAGE = { summary: 'Something.', remarks: 'The constructor throws if something is wrong.', see: 'https://docs.aws.amazon.com/' };
const described = { docs: { summary: 'Something.' } };
const complete = { docs: { summary: 'Something.', remarks: 'Throws if something is wrong.', returns: 'something' } };
const problemsOf = (type: Partial<Type>) => [...missingDocstrings({ types: { T: { name: 'Image', docs: PAGE, ...type } } }).values()];
const problemsOfMethod = (method: object) => problemsOf({ methods: [{ name: 'addVersion', ...complete, ...method }] });
const problemsOfProperty = (property: object) => problemsOf({ datatype: true, properties: [{ name: 'alias', ...property }] });

describe('missingDocstrings', () => {
  test('finds nothing in an API with complete docstrings', () => {
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

  test.each([undefined, 'ImageVersion'])('finds a type without a source page: %s', (see) => {
    expect(problemsOf({ docs: { ...PAGE, see } })).toEqual(['no-see:Image has no @see with its source page']);
  });

  test('finds a class without an example', () => {
    expect(problemsOf({ kind: 'class' })).toEqual(['no-example:Image has no @example']);
    expect(problemsOf({ kind: 'class', docs: { ...PAGE, example: 'new Image(this, "Torch");' } })).toEqual([]);
    expect(problemsOf({ kind: 'interface' })).toEqual([]);
  });

  test.each([undefined, ' ', 'options', 'Options.', 'the options'])('finds a parameter whose description only repeats its name: %s', (summary) => {
    const parameters = [{ name: 'options', docs: { summary } }];
    expect(problemsOfMethod({ parameters })).toEqual(['no-param:Image.addVersion(options) has a description that only repeats its name']);
    expect(problemsOf({ initializer: { ...complete, parameters } })).toEqual(['no-param:Image.constructor(options) has a description that only repeats its name']);
  });

  test('finds a method that returns something without @returns', () => {
    expect(problemsOfMethod({ docs: { ...complete.docs, returns: undefined }, returns: {} })).toEqual(['no-returns:Image.addVersion has no @returns']);
    expect(problemsOfMethod({ docs: { ...complete.docs, returns: undefined } })).toEqual([]);
  });

  // Javadoc and C# show only the part before it. jsii may have split the description there.
  test.each([
    { summary: 'the policy; `SNAPSHOT` is not supported' },
    { summary: 'the policy;', remarks: '`SNAPSHOT` is not supported' },
    { summary: 'the policy.', remarks: 'It has no default; give one.' },
  ])('finds a semicolon in the description of a parameter: %j', (docs) => {
    const parameters = [{ name: 'options', docs }];
    const problem = "(options) has a ';' in its description: use two sentences or a comma";
    expect(problemsOfMethod({ parameters })).toEqual([`semicolon:Image.addVersion${problem}`]);
    expect(problemsOf({ initializer: { parameters } })).toEqual([`semicolon:Image.constructor${problem}`]);
  });

  test.each([
    'Throws if something is wrong.',
    'Versions have an order. Throws if something is wrong.',
    'Versions have an order.\n\nThrows if something is wrong.',
  ])('finds no problem in a method whose remarks describe its errors: %j', (remarks) => {
    expect(problemsOfMethod({ docs: { ...complete.docs, remarks } })).toEqual([]);
  });

  test.each([undefined, '', 'Something Throws if.', 'It throws if something is wrong.'])('finds a method whose remarks do not describe its errors: %j', (remarks) => {
    expect(problemsOfMethod({ docs: { ...complete.docs, remarks } }))
      .toEqual(["no-throws:Image.addVersion has no sentence that starts with 'Throws' in its remarks"]);
  });

  // API.md shows the docstring of the class, but not that of its constructor.
  test('finds a class whose remarks do not describe the errors of its constructor', () => {
    const problem = "no-throws:Image.constructor has no sentence that starts with 'The constructor throws' in the remarks of the class";
    expect(problemsOf({ docs: { ...PAGE, remarks: undefined }, initializer: complete })).toEqual([problem]);
    expect(problemsOf({ docs: { ...PAGE, remarks: 'Throws if something is wrong.' }, initializer: complete })).toEqual([problem]);
    expect(problemsOf({ docs: { ...PAGE, remarks: undefined } })).toEqual([]);
  });

  test.each(['if something is wrong', ''])('finds @throws, which API.md does not show: %j', (throws) => {
    const docs = { ...complete.docs, custom: { throws } };
    expect(problemsOfMethod({ docs })).toEqual(['throws-tag:Image.addVersion has @throws: write a sentence in the remarks instead']);
    expect(problemsOf({ initializer: { docs } })).toEqual(['throws-tag:Image.constructor has @throws: write a sentence in the remarks instead']);
  });

  test('finds an optional property of a struct without @default', () => {
    const docs = { summary: 'An alias. A change updates the version in place.' };
    expect(problemsOfProperty({ docs, optional: true })).toEqual(['no-default:Image.alias has no @default']);
    expect(problemsOfProperty({ docs: { ...docs, default: '- none' }, optional: true })).toEqual([]);
    expect(problemsOfProperty({ docs })).toEqual([]);
  });

  test('finds a property of a struct that does not describe the effect of a change', () => {
    expect(problemsOfProperty(described)).toEqual(['no-change:Image.alias does not describe the effect of a change']);
    expect(problemsOfProperty({ docs: { summary: 'An alias.', remarks: 'A change updates the version.' } })).toEqual([]);
  });
});

describe('excuse', () => {
  const findings = missingDocstrings({
    types: { T: { name: 'Image', docs: PAGE, methods: [{ name: 'a', ...described }, { name: 'b', ...described }, { name: 'c', docs: { summary: '' } }] } },
  });
  const summary = 'no-summary:Image.c has no description';
  const throwsOf = (method: string) => `no-throws:Image.${method} has no sentence that starts with 'Throws' in its remarks`;

  test('excuses a method, or all methods of a type, only from describing errors', () => {
    expect(excuse(findings, { 'Image.a': 'does nothing' }))
      .toEqual([throwsOf('b'), summary, throwsOf('c')]);
    expect(excuse(findings, { Image: 'does nothing' })).toEqual([summary]);
  });

  test('finds excuses without a reason, and excuses that are not needed', () => {
    expect(excuse(findings, { Image: ' ' })).toContain('Image in api/docstrings.json is not needed or has no reason');
    expect(excuse(findings, { 'Image': 'does nothing', 'Role.a': 'does nothing' })).toEqual([summary, 'Role.a in api/docstrings.json is not needed or has no reason']);
  });
});
