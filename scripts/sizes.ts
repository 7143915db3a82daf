/**
 * `npm run sizes`: writes the sizes of the packages in dist/ to bench/README.md. Run `npm run package` first.
 */
import { spawnSync } from 'child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'fs';
import { join } from 'path';

const ROOT = join(__dirname, '..');
const DIST = join(ROOT, 'dist');
const README = join(ROOT, 'bench', 'README.md');
const SECTION = /(<!-- sizes -->\n)[^]*(<!-- \/sizes -->)/;

/** Returns the size of the only file of a target whose name matches a pattern. */
function packed(target: string, pattern: RegExp): string {
  const files = readdirSync(join(DIST, target), { recursive: true, encoding: 'utf8' }).filter((file) => pattern.test(file));
  if (files.length !== 1) {
    throw new Error(`dist/${target} has ${files.length} files that match ${pattern}: run npm run package`);
  }
  return kB(statSync(join(DIST, target, files[0])).size);
}

/** Returns the unpacked size of the files in the npm package whose names match a pattern. */
function unpacked(pattern = /./): string {
  const [tarball] = readdirSync(join(DIST, 'js')).filter((file) => file.endsWith('.tgz'));
  const { stdout } = spawnSync('tar', ['tzvf', join(DIST, 'js', tarball)], { encoding: 'utf8' });
  const files = stdout.trim().split('\n').map((line) => line.split(/\s+/)).filter((columns) => pattern.test(columns[5]));
  return kB(files.reduce((sum, columns) => sum + Number(columns[2]), 0));
}

function goModule(): string {
  const files = readdirSync(join(DIST, 'go'), { recursive: true, encoding: 'utf8' }).map((file) => statSync(join(DIST, 'go', file)));
  return kB(files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0));
}

function kB(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`;
}

const table = [
  '| Package | Packed | Contents |',
  '|---|---|---|',
  `| npm | ${packed('js', /\.tgz$/)} (${unpacked()} unpacked) | compiled library and declarations (${unpacked(/\/lib\//)}), the jsii assembly (${unpacked(/\/\.jsii$/)}), the bundled Lambda handler (${unpacked(/\/assets\//)}), the licenses of bundled packages (${unpacked(/NOTICE$/)}) |`,
  `| Python wheel | ${packed('python', /\.whl$/)} | the npm package and Python bindings |`,
  `| Python sources | ${packed('python', /\.tar\.gz$/)} | the same |`,
  `| Maven jar | ${packed('java', /\d\.jar$/)} | the npm package and Java bindings; in addition, sources (${packed('java', /-sources\.jar$/)}) and javadoc (${packed('java', /-javadoc\.jar$/)}) |`,
  `| Go module | ${goModule()}, not packed | the npm package and Go bindings |`,
  '| NuGet | not measured | needs a .NET SDK |',
].join('\n');

writeFileSync(README, readFileSync(README, 'utf8').replace(SECTION, `$1${table}\n$2`));
console.log(table);
