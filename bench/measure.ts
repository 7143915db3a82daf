import { execFile } from 'child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { promisify } from 'util';
import { Installation } from './installation';
import type { Order, Result, Side } from './subjects/child';
import type { DependsOnForm, Size } from './subjects/versions';

export const SIDES: Side[] = ['l1', 'library'];
const SECONDS = 120;
/** The number of cheapest runs to average, because other load on the machine only adds to the costs. */
const CHEAPEST = 3;

/** A measurement on both sides. */
export interface Case {
  readonly installation: Installation;
  /** Undefined for the import of all exports. */
  readonly size?: Size;
}

/** The costs of one run, or the mean of the cheapest runs. */
export interface Costs extends Result {
  /** The size of all templates in bytes; 0 without synthesis. */
  readonly template: number;
}

export type BothSides = Record<Side, Costs>;

/** Runs all cases on both sides alternately, so that changing load on the machine affects all of them. */
export async function measure(cases: Case[], runs: number, form: DependsOnForm, onRun: (run: number) => void): Promise<BothSides[]> {
  const results = cases.map(() => ({ l1: [] as Costs[], library: [] as Costs[] }));
  for (let run = 0; run < runs; run++) {
    onRun(run + 1);
    for (const [index, one] of cases.entries()) {
      for (const side of run % 2 ? [...SIDES].reverse() : SIDES) {
        results[index][side].push(await runOnce(one, side, form));
      }
    }
  }
  return results.map(({ l1, library }) => ({ l1: cheapest(l1), library: cheapest(library) }));
}

/** Runs one process of one side. `use` is called with the folder of its cloud assembly. */
export async function runOnce(
  { installation, size }: Case, side: Side, form: DependsOnForm, nodeOptions: string[] = [], use?: (outdir: string) => void,
): Promise<Costs> {
  const outdir = mkdtempSync(join(tmpdir(), 'bench-out-'));
  try {
    const order: Order = size ? { what: 'synth', side, size, form, outdir } : { what: 'import', side };
    const result: Result = JSON.parse(await start(installation, order, nodeOptions));
    use?.(outdir);
    return { ...result, template: templatesIn(outdir).reduce((sum, file) => sum + statSync(file).size, 0) };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

export function templatesIn(outdir: string): string[] {
  return readdirSync(outdir).filter((name) => name.endsWith('.template.json')).sort().map((name) => join(outdir, name));
}

async function start(installation: Installation, order: Order, nodeOptions: string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [...nodeOptions, installation.program, JSON.stringify(order)], {
      // The validation engine of newer releases costs the same on both sides, and ten times as much as the measured work.
      env: { ...process.env, CDK_VALIDATION: 'false', NODE_OPTIONS: '' },
      timeout: SECONDS * 1000,
      killSignal: 'SIGKILL',
    });
    return stdout;
  } catch (error) {
    const { killed, stderr } = error as { killed?: boolean; stderr?: string };
    throw new Error(killed ? `a run did not end within ${SECONDS} s: ${JSON.stringify(order)}` : `a run failed: ${JSON.stringify(order)}\n${stderr ?? error}`);
  }
}

/** Returns the mean of the cheapest runs for each cost. */
function cheapest(runs: Costs[]): Costs {
  const mean = (of: keyof Costs) => {
    const lowest = runs.map((run) => run[of]).sort((a, b) => a - b).slice(0, CHEAPEST);
    return lowest.reduce((sum, value) => sum + value, 0) / lowest.length;
  };
  return { import: mean('import'), synth: mean('synth'), process: mean('process'), memory: mean('memory'), template: mean('template') };
}
