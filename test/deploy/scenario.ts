import { Cloud, Settings } from './cloud';

/** One test that deploys. */
type Scenario = (title: string, body: (cloud: Cloud) => Promise<void>) => void;

const LOG_LINES = 60;

/**
 * Tests that deploy to an offline AWS of this file's own.
 *
 * Each scenario starts from an empty account: what the one before left is deleted, and its settings are taken back. When
 * one fails, its error tells what the toolkit said, what happened to each stack, and what the emulator was asked and wrote.
 *
 * @param options settings of the emulator, and what all scenarios need
 */
export function scenarios(options: { settings?: Settings; prepare?: (cloud: Cloud) => Promise<void> } = {}): Scenario {
  let cloud: Cloud | undefined;
  let settings: Settings;

  beforeAll(async () => {
    cloud = await Cloud.start(options.settings);
    await options.prepare?.(cloud);
    settings = await cloud.control('settings') as Settings;
  });
  afterAll(() => cloud?.stop());

  return (title, body) => test(title, async () => {
    const since: Moment = { time: new Date(), logLength: cloud!.aws.log().length };
    cloud!.takeToolkitOutput();
    const problems: unknown[] = [];
    await body(cloud!).catch((error) => problems.push(error));
    // Before anything is deleted, which would have events of its own.
    const story = problems.length > 0 ? await tell(cloud!, since).catch((problem) => `no more is known: ${problem}`) : '';
    await cloud!.set(settings).then(() => cloud!.clear()).catch((error) => problems.push(error));
    if (problems.length > 0) {
      const others = problems.slice(1).map((problem) => `\n-- and afterwards\n${problem}`).join('');
      throw new Error(`what happened until the test failed, for the reason at the end:\n${story}${others}`, { cause: problems[0] });
    }
  });
}

/** When a scenario began. */
interface Moment {
  readonly time: Date;
  readonly logLength: number;
}

/** What happened since a moment. */
async function tell(cloud: Cloud, { time, logLength }: Moment): Promise<string> {
  const parts = [`-- the CDK toolkit\n${cloud.takeToolkitOutput()}`];
  for (const { StackName, StackId, StackStatus } of (await cloud.stacks({ deleted: true })).reverse()) {
    const events = await cloud.events(StackId!, time);
    if (events.length > 0) {
      parts.push(`-- the events of ${StackName}, now ${StackStatus}\n${events.join('\n')}`);
    }
  }
  const calls = await cloud.control(`log?since=${time.getTime() / 1000}`) as Record<'service' | 'operation' | 'principal' | 'outcome', string>[];
  const shown = calls.filter(({ operation, outcome }) => outcome !== 'ok' || !/^(Get|Describe|List|GET|HEAD)/.test(operation));
  parts.push(`-- calls to the emulator that changed something or failed\n${shown.slice(-LOG_LINES).map(({ service, operation, principal, outcome }) =>
    `${service} ${operation} by ${principal}: ${outcome}`).join('\n')}`);
  parts.push(`-- the emulator's log of that time\n${cloud.aws.log().slice(logLength).trim().split('\n').slice(-LOG_LINES).join('\n')}`);
  return parts.join('\n');
}
