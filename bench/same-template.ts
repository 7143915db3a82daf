import { readFileSync } from 'fs';
import { Installation } from './installation';
import { runOnce, templatesIn } from './measure';
import type { Side } from './subjects/child';
import type { DependsOnForm, Size } from './subjects/versions';

/** Small sizes with both structures: one image in a stack, and several images that share a role. */
const SIZES: Size[] = [{ versions: 6, stacks: 2, images: 1 }, { versions: 12, stacks: 2, images: 3 }];
/** The types that are compared completely. Of other types, the role and its policy, only existence and dependencies are compared. */
const COMPARED_TYPES = ['AWS::SageMaker::Image', 'AWS::SageMaker::ImageVersion'];

interface Resource {
  readonly Type: string;
  readonly [key: string]: unknown;
}

/**
 * Checks that both sides render the same resources, except for logical ids and metadata.
 *
 * @returns the form of dependencies that the L1 side must use
 */
export async function checkSameTemplates(installation: Installation): Promise<DependsOnForm> {
  const library = await render(installation, 'library', 'every version waits for image and policy');
  let closest = { l1: [] as string[], line: -1 };
  for (const form of ['every version waits for image and policy', 'only the first version waits for image and policy'] as const) {
    const l1 = await render(installation, 'l1', form);
    const line = firstDifference(library, l1);
    if (line === undefined) {
      return form;
    }
    closest = line > closest.line ? { l1, line } : closest;
  }
  const { l1, line } = closest;
  throw new Error([
    `on aws-cdk-lib ${installation.cdk}, the two sides render different resources and cannot be compared: update bench/subjects/l1.ts`,
    `  the library: ${library[line] ?? 'has no more resources'}`,
    `  L1s:         ${l1[line] ?? 'have no more resources'}`,
  ].join('\n'));
}

function firstDifference(one: string[], other: string[]): number | undefined {
  const longer = one.length > other.length ? one : other;
  const line = longer.findIndex((_, index) => one[index] !== other[index]);
  return line === -1 ? undefined : line;
}

/** Renders one line for each resource. */
async function render(installation: Installation, side: Side, form: DependsOnForm): Promise<string[]> {
  const lines: string[] = [];
  for (const size of SIZES) {
    await runOnce({ installation, size }, side, form, [], (outdir) => {
      lines.push(...templatesIn(outdir).flatMap((file) => canonical(JSON.parse(readFileSync(file, 'utf8')).Resources)));
    });
  }
  return lines;
}

function canonical(resources: Record<string, Resource>): string[] {
  const ids = Object.keys(resources).filter((id) => resources[id].Type !== 'AWS::CDK::Metadata');
  const names = new Map<string, string>();
  for (const id of ids) {
    const { Type } = resources[id];
    names.set(id, `${Type} ${ids.filter((other) => resources[other].Type === Type).indexOf(id)}`);
  }
  return ids.map((id) => {
    const { Metadata, Type, ...rest } = resources[id];
    const shown = COMPARED_TYPES.includes(Type) ? rest : { DependsOn: rest.DependsOn };
    return `${names.get(id)} ${JSON.stringify(normalize(shown, names))}`;
  }).sort();
}

/** Replaces logical ids, and sorts the keys of maps and the dependencies. */
function normalize(value: unknown, names: Map<string, string>, key?: string): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => normalize(item, names));
    return key === 'DependsOn' ? items.sort() : items;
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([name, item]) => [name, normalize(item, names, name)]));
  }
  return typeof value === 'string' ? names.get(value) ?? value : value;
}
