import { missingDocstrings } from '../../scripts/docstrings';

const described = { docs: { summary: 'Something.' } };

describe('missingDocstrings', () => {
  test('finds nothing in an API that is described', () => {
    expect(missingDocstrings({
      types: {
        Image: {
          name: 'Image',
          ...described,
          initializer: { parameters: [{ name: 'scope', ...described }] },
          methods: [{ name: 'addVersion', ...described, parameters: [{ name: 'id', ...described }] }],
          properties: [{ name: 'role', ...described, optional: true }],
        },
      },
    })).toEqual([]);
  });

  test('finds types, members, parameters and enum values without a description', () => {
    expect(missingDocstrings({
      types: {
        Image: {
          name: 'Image',
          docs: { summary: ' ' },
          initializer: { parameters: [{ name: 'scope' }] },
          methods: [{ name: 'addVersion', parameters: [{ name: 'id' }] }],
          properties: [{ name: 'role' }],
        },
        JobType: { name: 'JobType', ...described, members: [{ name: 'TRAINING' }] },
      },
    })).toEqual([
      'Image has no description',
      'Image(scope) has no description',
      'Image.addVersion has no description',
      'Image.addVersion(id) has no description',
      'Image.role has no description',
      'JobType.TRAINING has no description',
    ]);
  });

  test('finds a property of a struct that may be left out and does not say what happens then', () => {
    const properties = [
      { name: 'alias', ...described, optional: true },
      { name: 'role', docs: { summary: 'A role.', default: '- a new one' }, optional: true },
      { name: 'baseImage', ...described },
    ];
    expect(missingDocstrings({ types: { Options: { name: 'Options', ...described, datatype: true, properties } } }))
      .toEqual(['Options.alias has no @default']);
  });
});
