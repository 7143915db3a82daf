/**
 * `npm run bench:deploy`: measures the cost of Studio attachments in deployments and deletions on the offline AWS.
 *
 * Absolute times are unreliable on a busy machine, so it compares times of the same run: the time that many attachments add
 * with the time that one adds.
 */
import { parseArgs } from 'util';
import { REPOSITORY, TAG } from './app';
import { bytesOfFurtherAttachment, Cycle, cycle } from './measure';
import { ensureBundle } from '../../scripts/bundle';
import { Cloud } from '../../test/deploy/cloud';
import { grantDescribe, createDomain, createExecutionRole } from '../../test/deploy/domains';
import { judged, reaches } from '../targets';

const USAGE = [
  'usage: npm run bench:deploy [-- --images 1,10,50]',
  '  --images LIST  numbers of images to deploy; the first must be 1, which the others are compared with',
].join('\n');

/** Longer than any operation, in seconds. */
const TIMEOUT = 900;
/** Emulator settings: services as slow as on AWS, and infrequent polling, so that the emulator's own overhead is small. */
const SETTINGS = {
  enforce_iam: true,
  image_seconds: 2,
  version_seconds: 5,
  domain_seconds: 5,
  handler_poll_seconds: 0.5,
  handler_timeout_seconds: TIMEOUT,
  custom_resource_timeout_seconds: TIMEOUT,
  // The toolkit polls every five seconds, which would distort the times. CloudFormation responds at the end of the operation
  // instead.
  answer_seconds: TIMEOUT,
};

/** The bytes that another attachment added to a template when each was a separate resource, at commit 5ad86ea (2026-11-28). */
const FORMER_BYTES = 805;
const TARGETS = { time: 1.5, updates: 1, bytes: 0.5 };

/** A comparison of the same app with and without attachments. */
interface Comparison {
  readonly images: number;
  readonly domain: 'an existing domain' | 'a domain of the app';
  readonly without: Cycle;
  readonly attached: Cycle;
}

async function main(args: string[]): Promise<number> {
  const counts = parse(args);
  if (!counts) {
    return 2;
  }
  await ensureBundle();
  const cloud = await Cloud.start(SETTINGS, TIMEOUT);
  try {
    await cloud.pushImages(REPOSITORY, TAG);
    await createExecutionRole(cloud);
    await grantDescribe(cloud);
    const domainId = await createDomain(cloud);
    console.error('warming up ...');
    await cycle(cloud, { images: 1, attached: true, domainId });

    const comparisons: Comparison[] = [];
    for (const images of counts) {
      for (const domain of ['an existing domain', 'a domain of the app'] as const) {
        const contents = { images, domainId: domain === 'an existing domain' ? domainId : undefined };
        const without = await cycle(cloud, { ...contents, attached: false });
        const attached = await cycle(cloud, { ...contents, attached: true });
        comparisons.push({ images, domain, without, attached });
        console.error(`${images} with ${domain}: ${secondsOf(without)} without attachments, ${secondsOf(attached)} with them`);
      }
    }
    return report(comparisons, bytesOfFurtherAttachment() / FORMER_BYTES);
  } finally {
    await cloud.stop();
  }
}

function parse(args: string[]): number[] | undefined {
  try {
    const { values } = parseArgs({ args, options: { images: { type: 'string', default: '1,10,50' } } });
    const counts = values.images.split(',').map(Number);
    // A list of custom images has at most 200 entries.
    if (counts[0] !== 1 || !counts.every((count) => Number.isInteger(count) && count >= 1 && count <= 200)) {
      throw new Error(`--images '${values.images}' is not valid: use integers from 1 to 200, and 1 as the first one`);
    }
    return counts;
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    return undefined;
  }
}

function secondsOf({ deploy, destroy }: Cycle): string {
  return `${deploy.seconds.toFixed(1)} s + ${destroy.seconds.toFixed(1)} s`;
}

/**
 * Prints the table for bench/README.md.
 *
 * @returns the exit code: 1 if a target is missed
 */
function report(comparisons: Comparison[], bytes: number): number {
  let missed = false;
  const cell = (value: number, target: number | undefined, digits: number) => {
    missed ||= target !== undefined && !reaches(value, target, digits);
    return judged(value, target, digits);
  };
  const added = ({ without, attached }: Comparison, operation: 'deploy' | 'destroy') => attached[operation].seconds - without[operation].seconds;
  const rows = comparisons.map((comparison) => {
    const { images, domain, without, attached } = comparison;
    const one = comparisons.find((other) => other.images === 1 && other.domain === domain)!;
    const cells = (['deploy', 'destroy'] as const).flatMap((operation) => [
      cell(attached[operation].seconds / without[operation].seconds, undefined, 2),
      cell(added(comparison, operation) / added(one, operation), images > 1 ? TARGETS.time : undefined, 1),
      cell(attached[operation].updates, TARGETS.updates, 0),
    ]);
    return `| ${images} to ${domain} | ${[...cells, attached.customResources].join(' | ')} |`;
  });
  console.log([
    '| Images attached | deploy, with / without | added, of what one adds | `UpdateDomain` calls | destroy, with / without | added, of what one adds | `UpdateDomain` calls | custom resources |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
    '',
    `Template bytes that a further attachment to an existing domain adds, of the ${FORMER_BYTES} that it added before: ${cell(bytes, TARGETS.bytes, 2)}`,
  ].join('\n'));
  return missed ? 1 : 0;
}

void main(process.argv.slice(2)).then(
  (code) => { process.exitCode = code; },
  (error) => {
    console.error(`the benchmark failed: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  },
);
