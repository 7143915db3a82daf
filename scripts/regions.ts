/**
 * Writes the table of types that Regions lack. With `--check`, fails if the table is out of date.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'fs';
import { basename, join } from 'path';

const ROOT = join(__dirname, '..');
const TABLE = join(ROOT, 'src', 'studio', 'private', 'missing-types.ts');
/** The types that the apps of this library deploy. */
const TYPES = ['AppImageConfig', 'Domain', 'Image', 'ImageVersion', 'Space', 'UserProfile'].map((name) => `AWS::SageMaker::${name}`);

/** Returns the folder of cfn-lint with the types that the CloudFormation registry has in each Region, or undefined if it is not installed. */
export function registryFolder(): string | undefined {
  const lib = join(ROOT, 'emulator', '.venv', 'lib');
  const folders = existsSync(lib) ? readdirSync(lib).map((python) => join(lib, python, 'site-packages', 'cfnlint', 'data', 'schemas', 'providers')) : [];
  return folders.find(existsSync);
}

/** Returns the Regions whose registry lacks a type, for each type that is missing somewhere. */
export function regionsWithout(folder: string): Record<string, string[]> {
  const regions = readdirSync(folder).map((file) => basename(file, '.json')).filter((name) => /^[a-z]+(-[a-z]+)+-\d+$/.test(name)).sort();
  const registered = regions.map((region) => ({ region, types: JSON.parse(readFileSync(join(folder, `${region}.json`), 'utf8')) }));
  return Object.fromEntries(TYPES
    .map((type): [string, string[]] => [type, registered.filter(({ types }) => !(type in types)).map(({ region }) => region)])
    .filter(([, missing]) => missing.length > 0));
}

/** Renders the table as a module. */
export function renderTable(table: { [type: string]: string[] | undefined }): string {
  const rows = Object.entries(table).map(([type, regions]) => `  '${type}': [${regions!.map((region) => `'${region}'`).join(', ')}],`);
  return `// Written by scripts/regions.ts from the schemas of the CloudFormation registry in cfn-lint.

/** The Regions in which the CloudFormation registry lacks a type. */
export const REGIONS_WITHOUT: { [type: string]: string[] | undefined } = {
${rows.join('\n')}
};
`;
}

if (require.main === module) {
  const folder = registryFolder();
  if (!folder) {
    throw new Error('cfn-lint is not installed: run the part emulator of npm test first');
  }
  const table = renderTable(regionsWithout(folder));
  if (!process.argv.includes('--check')) {
    writeFileSync(TABLE, table);
  } else if (readFileSync(TABLE, 'utf8') !== table) {
    throw new Error('missing-types.ts is out of date: run npx ts-node --transpile-only -P test/tsconfig.json scripts/regions.ts');
  }
}
