import { Cloud, Settings } from './cloud';

/** One test that deploys. */
type Scenario = (title: string, body: (cloud: Cloud) => Promise<void>) => void;

const LOG_LINES = 60;

/**
 * Tests that deploy to an offline AWS of this file's own.
 *
 * Each scenario starts from an empty account: what the one before left is deleted, and its settings are taken back. When
 * one fails, its error tells what the toolkit said, what happened to each stack, and what the emulator was asked.
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
    const started = new Date();
    cloud!.takeToolkitOutput();
    try {
      await body(cloud!);
    } catch (error) {
      const story = await tell(cloud!, started).catch((problem) => `no more is known: ${problem}`);
      throw new Error(`what happened until the test failed, for the reason at the end:\n${story}`, { cause: error });
    } finally {
      await cloud!.set(settings);
      await cloud!.clear();
    }
  });
}

/** What happened since a moment. */
async function tell(cloud: Cloud, since: Date): Promise<string> {
  const parts = [`-- the CDK toolkit\n${cloud.takeToolkitOutput()}`];
  for (const { StackName, StackId, StackStatus } of (await cloud.stacks({ deleted: true })).reverse()) {
    const events = await cloud.events(StackId!, since);
    if (events.length > 0) {
      parts.push(`-- the events of ${StackName}, now ${StackStatus}\n${events.join('\n')}`);
    }
  }
  const calls = await cloud.control(`log?since=${since.getTime() / 1000}`) as Record<'service' | 'operation' | 'principal' | 'outcome', string>[];
  const shown = calls.filter(({ operation, outcome }) => outcome !== 'ok' || !/^(Get|Describe|List|GET|HEAD)/.test(operation));
  parts.push(`-- calls to the emulator that changed something or failed\n${shown.slice(-LOG_LINES).map(({ service, operation, principal, outcome }) =>
    `${service} ${operation} by ${principal}: ${outcome}`).join('\n')}`);
  parts.push(`-- the end of the emulator's log\n${cloud.aws.log().trim().split('\n').slice(-LOG_LINES).join('\n')}`);
  return parts.join('\n');
}
