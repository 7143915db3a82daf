import { paginateListAliases, paginateListImages, paginateListImageVersions, DescribeImageVersionCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';

/** An existing image version, as a row of the table. */
export interface InventoryRow {
  readonly image: string;
  readonly version: number;
  readonly aliases: string[];
  readonly framework: string;
  readonly processor: string;
  readonly guidance: string;
  readonly notes: string;
  readonly status: string;
  /** The base image as specified, with a tag or a digest. */
  readonly baseImage: string;
  /** The container image that the base image was resolved to. */
  readonly containerImage: string;
}

/** Reads all images and versions from SageMaker. */
export async function inventory(client: SageMakerClient): Promise<InventoryRow[]> {
  const rows: InventoryRow[] = [];
  for await (const { Images = [] } of paginateListImages({ client }, {})) {
    for (const { ImageName: image } of Images) {
      for await (const { ImageVersions = [] } of paginateListImageVersions({ client }, { ImageName: image })) {
        for (const { Version } of ImageVersions) {
          rows.push(await describe(client, image!, Version!));
        }
      }
    }
  }
  return rows.sort((a, b) => a.image.localeCompare(b.image) || a.version - b.version);
}

/** Returns the names of all images, including those without versions. */
export async function imageNames(client: SageMakerClient): Promise<string[]> {
  const names: string[] = [];
  for await (const { Images = [] } of paginateListImages({ client }, {})) {
    names.push(...Images.map(({ ImageName }) => ImageName!));
  }
  return names;
}

async function describe(client: SageMakerClient, image: string, version: number): Promise<InventoryRow> {
  const found = await client.send(new DescribeImageVersionCommand({ ImageName: image, Version: version }));
  const aliases: string[] = [];
  for await (const { SageMakerImageVersionAliases = [] } of paginateListAliases({ client }, { ImageName: image, Version: version })) {
    aliases.push(...SageMakerImageVersionAliases);
  }
  return {
    image,
    version,
    aliases: aliases.sort(),
    framework: found.MLFramework ?? '',
    processor: found.Processor ?? '',
    guidance: found.VendorGuidance ?? '',
    notes: found.ReleaseNotes ?? '',
    status: found.ImageVersionStatus ?? '',
    baseImage: found.BaseImage ?? '',
    containerImage: found.ContainerImage ?? '',
  };
}

const COLUMNS: [string, (row: InventoryRow) => string][] = [
  ['image', (row) => row.image],
  ['version', (row) => `${row.version}`],
  ['aliases', (row) => row.aliases.join(', ')],
  ['framework', (row) => row.framework],
  ['processor', (row) => row.processor],
  ['guidance', (row) => row.guidance],
  ['status', (row) => row.status],
  // The full digest is too long for a terminal.
  ['container image', (row) => row.containerImage.replace(/^.*\//, '').replace(/(sha256:.{12}).*/, '$1...')],
];

/** Renders rows as a table for a terminal. */
export function table(rows: InventoryRow[]): string {
  const cells = [COLUMNS.map(([title]) => title), ...rows.map((row) => COLUMNS.map(([, cell]) => cell(row)))];
  const widths = COLUMNS.map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  const lines = cells.map((line) => line.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd());
  return [lines[0], widths.map((width) => '-'.repeat(width)).join('  '), ...lines.slice(1)].join('\n');
}
