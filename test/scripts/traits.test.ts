import { brokenTraits, Traits } from '../../scripts/api/traits';

const RELEASED: Traits = {
  targets: { python: { module: 'images' }, java: { package: 'org.images', maven: { groupId: 'org' } } },
  dependencies: { 'aws-cdk-lib': '^2.244.0' },
  engines: { node: '>= 20.0.0' },
};
const found = (change: Partial<Traits>) => [...brokenTraits(RELEASED, { ...RELEASED, ...change }).values()];

test('finds nothing if nothing changes, or if requirements are lowered', () => {
  expect(found({})).toEqual([]);
  expect(found({ dependencies: { 'aws-cdk-lib': '^2.99.0' } })).toEqual([]);
  expect(found({ dependencies: {}, engines: {} })).toEqual([]);
});

test('finds names that were changed or removed in one language', () => {
  const { python } = RELEASED.targets as any;
  expect(found({ targets: { python, java: { package: 'org.images', maven: { groupId: 'com' } } } }))
    .toEqual(['err  - NAME org: was changed to com [renamed-target:java.maven.groupId]']);
  expect(found({ targets: { python } })).toEqual([
    'err  - NAME org.images: was removed [renamed-target:java.package]',
    'err  - NAME org: was removed [renamed-target:java.maven.groupId]',
  ]);
});

test.each(['^2.245.0', '^2.1000.0', '^3.0.0', '~2.244.0', '2.244.0', '^2.244.0 || ^3.0.0'])('finds that aws-cdk-lib must now be %s', (range) => {
  expect(found({ dependencies: { 'aws-cdk-lib': range } }))
    .toEqual([`err  - REQUIREMENT aws-cdk-lib: is now ${range} (formerly ^2.244.0) [raised-need:aws-cdk-lib]`]);
});

test('finds new dependencies and Node.js releases that are no longer supported', () => {
  expect(found({ dependencies: { ...RELEASED.dependencies, 'cdk-nag': '^2.0.0' }, engines: { node: '>= 22.0.0' } })).toEqual([
    'err  - REQUIREMENT cdk-nag: is now ^2.0.0 (formerly none) [raised-need:cdk-nag]',
    'err  - REQUIREMENT node: is now >= 22.0.0 (formerly >= 20.0.0) [raised-need:node]',
  ]);
});
