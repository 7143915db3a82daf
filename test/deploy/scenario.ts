import { Cloud, Settings } from './cloud';

/** One test that deploys. */
type Scenario = (title: string, body: (cloud: Cloud) => Promise<void>) => void;

const LOG_LINES = 60;

/**
 * Returns a function that defines tests. All tests of a file share one offline AWS.
 *
 * Each scenario starts with an empty account and the original settings. The error of a failed scenario contains the output of
 * the toolkit, the events of each stack, and the calls and the log of the offline AWS.
 *
 * @param options settings of the offline AWS, and preparations for all scenarios
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
    // Before the cleanup, which adds events.
    const story = problems.length > 0 ? await tell(cloud!, since).catch((problem) => `no details: ${problem}`) : '';
    await cloud!.set(settings).then(() => cloud!.clear()).catch((error) => problems.push(error));
    if (problems.length > 0) {
      const others = problems.slice(1).map((problem) => `\n-- error in the cleanup\n${problem}`).join('');
      throw new Error(`the scenario failed, see the cause below. Until then:\n${story}${others}`, { cause: problems[0] });
    }
  });
}

/** The start of a scenario. */
interface Moment {
  readonly time: Date;
  readonly logLength: number;
}

/** Describes what happened since a moment. */
async function tell(cloud: Cloud, { time, logLength }: Moment): Promise<string> {
  const parts = [`-- output of the CDK Toolkit\n${cloud.takeToolkitOutput()}`];
  for (const { StackName, StackId, StackStatus } of (await cloud.stacks({ deleted: true })).reverse()) {
    const events = await cloud.events(StackId!, time);
    if (events.length > 0) {
      parts.push(`-- events of stack ${StackName}, whose status is ${StackStatus}\n${events.join('\n')}`);
    }
  }
  const calls = await cloud.control(`log?since=${time.getTime() / 1000}`) as Record<'service' | 'operation' | 'principal' | 'outcome', string>[];
  const shown = calls.filter(({ operation, outcome }) => outcome !== 'ok' || !/^(Get|Describe|List|GET|HEAD)/.test(operation));
  parts.push(`-- calls that changed something or failed\n${shown.slice(-LOG_LINES).map(({ service, operation, principal, outcome }) =>
    `${service} ${operation} by ${principal}: ${outcome}`).join('\n')}`);
  parts.push(`-- log of the offline AWS\n${cloud.aws.log().slice(logLength).trim().split('\n').slice(-LOG_LINES).join('\n')}`);
  return parts.join('\n');
}
