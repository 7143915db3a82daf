/**
 * `npm run demo`: the main use case from end to end, on the offline AWS.
 *
 * Deploys examples/quickstart, updates it twice and destroys it with the real CDK CLI. After each step, it reads the existing
 * images with the real AWS SDK and compares them with the expected ones. The exit code is not zero if they differ.
 */
import { parseArgs } from 'util';
import { clientEnvironment } from './demo/client-environment';
import { table } from './demo/inventory';
import { progressOf } from './demo/progress';
import { pushContainerImages, QUICKSTART, sageMaker, Step, STEPS, verify } from './demo/quickstart';
import { Cdk, CdkResult } from '../emulator/cdk';
import { OfflineAws } from '../emulator/offline-aws';

const USAGE = 'usage: npm run demo [-- --keep]\n  --keep  leaves the offline AWS running after the third release, until Ctrl-C';

async function main(args: string[]): Promise<number> {
  const keep = parse(args);
  if (keep === undefined) {
    return 2;
  }
  const started = Date.now();
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  console.log('The real CDK CLI deploys examples/quickstart to an offline AWS on this machine; no AWS account is used.');
  heading('Starting the offline AWS');
  const aws = await OfflineAws.start({ log: indent }).catch((error: Error) => {
    console.error(`\nThe demo cannot start: ${error.message}`);
    return undefined;
  });
  if (!aws) {
    return 1;
  }
  const cdk = new Cdk(aws, QUICKSTART, { onLine: progress });
  // Without progress, because the bootstrap resources are not part of the demo.
  const bootstrap = new Cdk(aws, QUICKSTART);
  let interrupted = false;
  onInterrupt(async () => {
    interrupted = true;
    [cdk, bootstrap].forEach((cli) => cli.dispose());
    await aws.stop();
  });
  try {
    indent(`listening at ${aws.endpoint} (process ${aws.pid})`);
    heading('cdk bootstrap');
    must(await bootstrap.bootstrap());
    indent('the account is ready for deployments');
    heading('Pushing container images to ECR, as your build would');
    indent((await pushContainerImages(aws)).join('\n'));
    const steps = keep ? STEPS.slice(0, -1) : STEPS;
    for (const step of steps) {
      await runStep(aws, cdk, step);
    }
    if (keep) {
      await waitForInterrupt(aws);
    }
    heading(`All ${steps.length} steps had the expected results, in ${Math.round((Date.now() - started) / 1000)} s`);
    return 0;
  } catch (error) {
    if (interrupted) {
      return 130;
    }
    console.error(`\nThe demo failed: ${error instanceof Error ? error.message : error}`);
    return 1;
  } finally {
    cdk.dispose();
    bootstrap.dispose();
    await aws.stop();
  }
}

async function runStep(aws: OfflineAws, cdk: Cdk, step: Step): Promise<void> {
  heading(`${step.title}\n   ${step.command}`);
  must(await step.run(cdk));
  const client = sageMaker(aws);
  const { rows, problems } = await verify(client, step);
  client.destroy();
  console.log();
  indent(rows.length > 0 ? table(rows) : 'no image exists');
  if (problems.length > 0) {
    throw new Error(`after "${step.title}":\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

/** Returns whether to keep the offline AWS running, or undefined after reporting invalid arguments. */
function parse(args: string[]): boolean | undefined {
  try {
    return parseArgs({ args, options: { keep: { type: 'boolean', default: false } } }).values.keep;
  } catch (error) {
    console.error(`${(error as Error).message.split('. ')[0]}\n${USAGE}`);
    return undefined;
  }
}

function must(result: CdkResult): void {
  if (!result.ok) {
    throw new Error(`cdk failed:\n${result.output}`);
  }
}

function progress(line: string): void {
  const event = progressOf(line);
  if (event) {
    indent(event);
  }
}

function heading(text: string): void {
  console.log(`\n== ${text}`);
}

function indent(text: string): void {
  console.log(text.replace(/^/gm, '   '));
}

/** Stops the demo when the user interrupts it. */
function onInterrupt(stop: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stop().finally(() => process.exit(130)));
  }
}

async function waitForInterrupt(aws: OfflineAws): Promise<void> {
  heading('The offline AWS is still running. Explore it from another terminal, and stop it with Ctrl-C');
  indent(clientEnvironment(aws.env).join('\n'));
  indent('aws sagemaker list-image-versions --image-name torch\naws cloudformation describe-stack-events --stack-name Quickstart');
  await new Promise<never>(() => setInterval(() => undefined, 60_000));
}

void main(process.argv.slice(2)).then((code) => { process.exitCode = code; });
