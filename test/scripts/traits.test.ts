import { brokenTraits, Traits } from '../../scripts/api/traits';

const RELEASED: Traits = {
  targets: { python: { module: 'images' }, java: { package: 'org.images', maven: { groupId: 'org' } } },
  dependencies: { 'aws-cdk-lib': '^2.244.0' },
  engines: { node: '>= 20.0.0' },
};
const found = (change: Partial<Traits>) => [...brokenTraits(RELEASED, { ...RELEASED, ...change }).values()];

test('finds nothing where all is as it was, or less is needed', () => {
  expect(found({})).toEqual([]);
  expect(found({ dependencies: { 'aws-cdk-lib': '^2.99.0' } })).toEqual([]);
  expect(found({ dependencies: {}, engines: {} })).toEqual([]);
});

test('finds a name that is another in one language', () => {
  const { python } = RELEASED.targets as any;
  expect(found({ targets: { python, java: { package: 'org.images', maven: { groupId: 'com' } } } }))
    .toEqual(['err  - NAME org: is com now [renamed-target:java.maven.groupId]']);
  expect(found({ targets: { python } })).toEqual([
    'err  - NAME org.images: is undefined now [renamed-target:java.package]',
    'err  - NAME org: is undefined now [renamed-target:java.maven.groupId]',
  ]);
});

test.each(['^2.245.0', '^2.1000.0', '^3.0.0', '~2.244.0', '2.244.0', '^2.244.0 || ^3.0.0'])('finds that aws-cdk-lib has to be %s', (range) => {
  expect(found({ dependencies: { 'aws-cdk-lib': range } }))
    .toEqual([`err  - NEED aws-cdk-lib: is ${range} now (formerly ^2.244.0) [raised-need:aws-cdk-lib]`]);
});

test('finds what was not needed before, and a Node.js that is too old now', () => {
  expect(found({ dependencies: { ...RELEASED.dependencies, 'cdk-nag': '^2.0.0' }, engines: { node: '>= 22.0.0' } })).toEqual([
    'err  - NEED cdk-nag: is ^2.0.0 now (formerly none) [raised-need:cdk-nag]',
    'err  - NEED node: is >= 22.0.0 now (formerly >= 20.0.0) [raised-need:node]',
  ]);
});
