import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { regionsWithout, renderTable } from '../../scripts/regions';
import { REGIONS_WITHOUT } from '../../src/studio/private/missing-types';

test('the table has the Regions that lack a type, and only types that are missing somewhere', () => {
  const registry = mkdtempSync(join(tmpdir(), 'registry-'));
  const all = ['AppImageConfig', 'Domain', 'Image', 'ImageVersion', 'Space', 'UserProfile'].map((name) => `AWS::SageMaker::${name}`);
  const write = (name: string, types: string[]) => writeFileSync(join(registry, `${name}.json`), JSON.stringify(Object.fromEntries(types.map((type) => [type, 'hash']))));
  write('us-east-1', all);
  write('us-gov-west-1', all.filter((type) => !type.endsWith('Space')));
  write('ca-west-1', all.filter((type) => !/Space|Domain/.test(type)));
  write('sam', []);
  expect(regionsWithout(registry)).toEqual({ 'AWS::SageMaker::Domain': ['ca-west-1'], 'AWS::SageMaker::Space': ['ca-west-1', 'us-gov-west-1'] });
  rmSync(registry, { recursive: true });
});

test('the table is written as a module', () => {
  expect(readFileSync(join(__dirname, '..', '..', 'src', 'studio', 'private', 'missing-types.ts'), 'utf8')).toBe(renderTable(REGIONS_WITHOUT));
});
