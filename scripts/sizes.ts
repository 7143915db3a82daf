/**
 * `npm run sizes`: how large the packages in dist/ are, into bench/README.md. After `npm run package`.
 */
import { spawnSync } from 'child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'fs';
import { join } from 'path';

const ROOT = join(__dirname, '..');
const DIST = join(ROOT, 'dist');
const README = join(ROOT, 'bench', 'README.md');
const SECTION = /(<!-- sizes -->\n)[^]*(<!-- \/sizes -->)/;

/** The one file under a folder of dist/ with a name like this. */
function packed(target: string, pattern: RegExp): string {
  const files = readdirSync(join(DIST, target), { recursive: true, encoding: 'utf8' }).filter((file) => pattern.test(file));
  if (files.length !== 1) {
    throw new Error(`dist/${target} has ${files.length} files like ${pattern}: run npm run package`);
  }
  return kB(statSync(join(DIST, target, files[0])).size);
}

/** Bytes of a tarball's files, all of them or those with a name like this. */
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
  '| Package | Packed | What is in it |',
  '|---|---|---|',
  `| npm | ${packed('js', /\.tgz$/)} (${unpacked()} unpacked) | compiled library and declarations (${unpacked(/\/lib\//)}), the jsii assembly (${unpacked(/\/\.jsii$/)}), the bundled Lambda handler (${unpacked(/\/assets\//)}), the licences of what is in it (${unpacked(/NOTICE$/)}) |`,
  `| Python wheel | ${packed('python', /\.whl$/)} | the npm package and its Python face |`,
  `| Python sources | ${packed('python', /\.tar\.gz$/)} | the same |`,
  `| Maven jar | ${packed('java', /\d\.jar$/)} | the npm package and its Java face; sources ${packed('java', /-sources\.jar$/)} and javadoc ${packed('java', /-javadoc\.jar$/)} beside it |`,
  `| Go module | ${goModule()}, not packed | the npm package and its Go face |`,
  '| NuGet | not measured | needs a .NET SDK |',
].join('\n');

writeFileSync(README, readFileSync(README, 'utf8').replace(SECTION, `$1${table}\n$2`));
console.log(table);
