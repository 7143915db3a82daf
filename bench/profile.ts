import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Installation } from './installation';
import { runOnce, SIDES } from './measure';
import type { Side } from './subjects/child';
import type { DependsOnForm } from './subjects/versions';

const SIZE = { versions: 400, stacks: 1, images: 1 };
const SHOWN = 12;

interface CpuProfile {
  readonly nodes: { readonly id: number; readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number } }[];
  readonly samples: number[];
  readonly timeDeltas: number[];
}

/** Compares the time that both sides spend in each file. The largest differences come first. */
export async function profile(installation: Installation, form: DependsOnForm): Promise<string> {
  const [l1, library] = await Promise.all(SIDES.map((side) => selfTimes(installation, side, form)));
  const rows = [...new Set([...l1.keys(), ...library.keys()])]
    .map((file) => ({ file, l1: l1.get(file) ?? 0, library: library.get(file) ?? 0 }))
    .sort((a, b) => (b.library - b.l1) - (a.library - a.l1))
    .slice(0, SHOWN);
  return [
    `Self time by file with ${SIZE.versions} versions, under the profiler (one run, in ms):`,
    ...rows.map(({ file, l1: before, library: after }) => `  ${after.toFixed(0).padStart(5)} (L1s: ${before.toFixed(0).padStart(5)})  ${file}`),
  ].join('\n');
}

async function selfTimes(installation: Installation, side: Side, form: DependsOnForm): Promise<Map<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-profile-'));
  try {
    await runOnce({ installation, size: SIZE }, side, form, ['--cpu-prof', `--cpu-prof-dir=${folder}`]);
    const { nodes, samples, timeDeltas }: CpuProfile = JSON.parse(readFileSync(join(folder, readdirSync(folder)[0]), 'utf8'));
    const fileOf = new Map(nodes.map(({ id, callFrame: { url, functionName } }) => [id, shortName(url) || functionName]));
    const times = new Map<string, number>();
    samples.forEach((id, index) => times.set(fileOf.get(id)!, (times.get(fileOf.get(id)!) ?? 0) + timeDeltas[index] / 1000));
    return times;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Shortens the URL of a file in a node_modules folder, for example to `aws-cdk-lib/core/lib/stack.js`. */
function shortName(url: string): string {
  return url.replace(/^.*\/node_modules\//, '').replace(/^file:\/\/.*\//, '');
}
