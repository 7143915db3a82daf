import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { thirdPartyLicenses } from '../../scripts/licenses';

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'licenses-'));
  const install = (folder: string, manifest: object, files: Record<string, string>) => {
    mkdirSync(join(root, folder), { recursive: true });
    Object.entries({ 'package.json': JSON.stringify(manifest), ...files }).forEach(([file, text]) => writeFileSync(join(root, folder, file), text));
  };
  install('node_modules/@scope/one', { name: '@scope/one', version: '1.0.0', license: 'MIT' }, { LICENSE: 'MIT text' });
  install('node_modules/two', { name: 'two', version: '2.0.0', license: 'Apache-2.0' }, { 'LICENSE.md': 'Apache text', 'NOTICE': 'notice of two' });
  install('node_modules/two/node_modules/three', { name: 'three', version: '3.0.0', license: 'MIT' }, { LICENSE: 'MIT text' });
  install('node_modules/copyleft', { name: 'copyleft', version: '1.0.0', license: 'GPL-3.0' }, { LICENSE: 'GPL text' });
  install('node_modules/bare', { name: 'bare', version: '1.0.0', license: 'MIT' }, {});
});

afterAll(() => rmSync(root, { recursive: true }));

/** Returns esbuild's metadata for a bundle of these modules. */
function bundle(bytes: Record<string, number>): Parameters<typeof thirdPartyLicenses>[0] {
  const inputs = Object.fromEntries(Object.entries(bytes).map(([file, bytesInOutput]) => [file, { bytesInOutput }]));
  return { outputs: { 'index.js': { bytes: 1, inputs, imports: [], exports: [] } } };
}

describe('thirdPartyLicenses', () => {
  test('lists each package once, with its license text and notice', () => {
    const text = thirdPartyLicenses(bundle({
      'src/provider/handler/index.ts': 10,
      'node_modules/@scope/one/a.js': 10,
      'node_modules/@scope/one/b.js': 10,
      'node_modules/two/index.js': 10,
      'node_modules/two/node_modules/three/index.js': 10,
    }), root);
    expect(text.split('\n\n----\n\n')).toEqual([
      'This package contains code of the following packages.',
      '- @scope/one 1.0.0 (MIT)\n- three 3.0.0 (MIT)\n\nMIT text',
      '- two 2.0.0 (Apache-2.0)\n\nApache text\n\nnotice of two\n',
    ]);
  });

  test('omits a package without code in the bundle', () => {
    expect(thirdPartyLicenses(bundle({ 'node_modules/copyleft/index.js': 0 }), root)).not.toContain('copyleft');
  });

  test('rejects a license that may not permit bundling', () => {
    expect(() => thirdPartyLicenses(bundle({ 'node_modules/copyleft/index.js': 1 }), root)).toThrow('copyleft 1.0.0 (GPL-3.0) is bundled');
  });

  test('rejects a package without a license file', () => {
    expect(() => thirdPartyLicenses(bundle({ 'node_modules/bare/index.js': 1 }), root)).toThrow('bare 1.0.0 (MIT) is bundled, but has no license file');
  });
});
