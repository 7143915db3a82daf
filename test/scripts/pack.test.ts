import { execFileSync } from 'child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { dirname, join } from 'path';
import { whyNotPackable } from '../../scripts/prepack';

const ROOT = join(__dirname, '..', '..');
let root: string;

/** Creates files, with a modification time in seconds. */
function put(second: number, ...files: string[]): void {
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), "require('aws-cdk-lib');");
    utimesSync(join(root, file), second, second);
    utimesSync(dirname(join(root, file)), second, second);
  }
}

beforeEach(() => { root = mkdtempSync(join(tmpdir(), 'pack-')); });
afterEach(() => rmSync(root, { recursive: true }));

test('only files on the list are packed, whatever else is in the folder', () => {
  const listed = [
    '.jsii', 'CHANGELOG.md', 'LICENSE', 'NOTICE', 'README.md', 'assets/provider/handler/index.js',
    'lib/image/image.d.ts', 'lib/index.d.ts', 'lib/index.js', 'lib/provider/images-provider.d.ts', 'lib/provider/kinds/studio-attachments.d.ts',
  ];
  put(1,
    ...listed,
    // Outputs of the compilation that nobody needs.
    'lib/image/image.js', 'lib/provider/handler/index.d.ts', 'lib/provider/handler/service/client.d.ts', 'lib/index.js.map', '.jsii.tabl.json', 'tsconfig.tsbuildinfo',
    // The repository, and what may lie about in it.
    '.env', '.npmrc', '.npmignore', '.github/workflows/build.yml', 'API.md', 'src/index.ts', 'test/a.test.ts', 'docs/a.md', 'scratch/notes.txt', 'secrets.json', 'assets/other.js',
    'assets/provider/handler/index.js.map', 'dist/js/old.tgz', 'cdk.out/manifest.json', 'index.js',
  );
  cpSync(join(ROOT, 'package.json'), join(root, 'package.json'));
  const [{ files }] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  expect(files.map(({ path }: { path: string }) => path).sort()).toEqual([...listed, 'package.json'].sort());
}, 60_000);

describe('a folder', () => {
  test('can be packed after its compilation', () => {
    put(1_000, 'src/index.ts');
    put(2_000, '.jsii', 'lib/index.d.ts', 'lib/index.js');
    expect(whyNotPackable(root)).toBeUndefined();
  });

  test('cannot be packed before its compilation', () => {
    put(1_000, 'src/index.ts', 'lib/index.js');
    expect(whyNotPackable(root)).toBe('.jsii, lib/index.d.ts do not exist');
  });

  test('cannot be packed after a change of a source file', () => {
    put(2_000, '.jsii', 'lib/index.d.ts', 'lib/index.js');
    put(3_000, 'src/image/image.ts');
    expect(whyNotPackable(root)).toBe('lib/ is older than src/');
  });

  test('cannot be packed if only jsii has compiled it', () => {
    put(1_000, 'src/index.ts');
    put(2_000, '.jsii', 'lib/index.d.ts', 'lib/index.js');
    writeFileSync(join(root, 'lib', 'index.js'), '__exportStar(require("./image"), exports);');
    expect(whyNotPackable(root)).toBe('lib/index.js is not bundled');
  });
});
