/**
 * `npm run sizes`: writes the sizes of the packages in dist/ to bench/README.md. Run `npm run package` first.
 */
import { spawnSync } from 'child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'fs';
import { join } from 'path';

const ROOT = join(__dirname, '..');
const DIST = join(ROOT, 'dist');
const README = join(ROOT, 'bench', 'README.md');
const SECTION = /(<!-- sizes -->\n)([^]*)(<!-- \/sizes -->)/;
/** A documented size may differ by this factor, so that not every change of the library changes the page. */
const TOLERANCE = 0.1;

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

/** The rows of each target that is in dist/. */
const ROWS: Record<string, () => string[]> = {
  js: () => [
    `| npm | ${packed('js', /\.tgz$/)} (${unpacked()} unpacked) | compiled library and declarations (${unpacked(/\/lib\//)}), the jsii assembly (${unpacked(/\/\.jsii$/)}), the bundled Lambda handler (${unpacked(/\/assets\//)}), the licenses of bundled packages (${unpacked(/NOTICE$/)}) |`,
  ],
  python: () => [
    `| Python wheel | ${packed('python', /\.whl$/)} | the npm package and Python bindings |`,
    `| Python sources | ${packed('python', /\.tar\.gz$/)} | the same |`,
  ],
  java: () => [
    `| Maven jar | ${packed('java', /\d\.jar$/)} | the npm package and Java bindings; in addition, sources (${packed('java', /-sources\.jar$/)}) and javadoc (${packed('java', /-javadoc\.jar$/)}) |`,
  ],
  go: () => [`| Go module | ${goModule()}, not packed | the npm package and Go bindings |`],
};

/** Returns the rows for the packages in dist/. */
export function measuredRows(): string[] {
  return Object.entries(ROWS).flatMap(([target, rows]) => existsSync(join(DIST, target)) ? rows() : []);
}

/** Returns the rows in bench/README.md. */
export function documentedRows(): string[] {
  return SECTION.exec(readFileSync(README, 'utf8'))![2].trim().split('\n').slice(2);
}

/** Returns the measured rows that are not documented, or whose sizes are not those in the documented rows. */
export function outdatedRows(measured: string[], documented: string[]): string[] {
  const sizes = (row: string) => [...row.matchAll(/(\d+) kB/g)].map(([, size]) => Number(size));
  const words = (row: string) => row.replace(/\d+ kB/g, '');
  return measured.filter((row) => {
    const other = documented.find((one) => words(one) === words(row));
    return !other || sizes(row).some((size, index) => Math.abs(size / sizes(other)[index] - 1) > TOLERANCE);
  });
}

if (require.main === module) {
  const missing = Object.keys(ROWS).filter((target) => !existsSync(join(DIST, target)));
  if (missing.length > 0) {
    throw new Error(`dist/ has no ${missing.join(', ')}: run npm run package`);
  }
  const table = ['| Package | Packed | Contents |', '|---|---|---|', ...measuredRows(), '| NuGet | not measured | needs a .NET SDK |'].join('\n');
  writeFileSync(README, readFileSync(README, 'utf8').replace(SECTION, `$1${table}\n$3`));
  console.log(table);
}
