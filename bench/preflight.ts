/**
 * `npx ts-node --transpile-only -P test/tsconfig.json -r tsconfig-paths/register bench/preflight.ts`: measures what the preflight of
 * `StudioImage` adds to the synthesis and to the template of an app. Runs with and without it alternate.
 */
import { rmSync } from 'fs';
import { App, aws_ecr as ecr, Stack } from 'aws-cdk-lib';
import { BaseImage, StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';

const RUNS = 15;
const CHEAPEST = 3;
const SIZES = [1, 50];

interface Costs {
  /** CPU time of construction and synthesis, in milliseconds. */
  readonly cpu: number;
  readonly bytes: number;
}

/** Synthesizes images from one repository, which are attached to one existing domain. */
function synth(images: number, preflight: boolean): Costs {
  const start = process.cpuUsage();
  const app = new App({ analyticsReporting: false });
  const stack = new Stack(app, 'Notebooks', { env: { account: '111122223333', region: 'eu-west-1' } });
  const baseImage = BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch'), '2.4');
  for (let index = 0; index < images; index++) {
    new StudioImage(stack, `Image${index}`, { baseImage, app: StudioApp.jupyterLab(), preflight, attachTo: [StudioTarget.existingDomain('d-abc123')] });
  }
  const { directory, stacks: [{ template }] } = app.synth();
  const { user, system } = process.cpuUsage(start);
  rmSync(directory, { recursive: true, force: true });
  return { cpu: (user + system) / 1000, bytes: Buffer.byteLength(JSON.stringify(template, undefined, 1)) };
}

function cheapest(costs: Costs[]): number {
  return costs.map(({ cpu }) => cpu).sort((one, other) => one - other).slice(0, CHEAPEST).reduce((sum, cpu) => sum + cpu, 0);
}

// The first synthesis loads classes of the CDK.
synth(1, true);
console.log('| images | construct + synth CPU, with / without | template bytes, with / without |\n|---|---|---|');
for (const images of SIZES) {
  const runs = [...Array(RUNS)].map(() => ({ checked: synth(images, true), unchecked: synth(images, false) }));
  const [checked, unchecked] = [runs.map((run) => run.checked), runs.map((run) => run.unchecked)];
  console.log(`| ${images} | ${(cheapest(checked) / cheapest(unchecked)).toFixed(2)} | ${(checked[0].bytes / unchecked[0].bytes).toFixed(2)} |`);
}
