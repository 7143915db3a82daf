/** What CloudFormation sends to a custom resource. */
export interface CustomResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  /** Where to put the answer. Whoever has it can answer: it must never be logged. */
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly ResourceType: string;
  readonly LogicalResourceId: string;
  /** Not with `Create`. */
  readonly PhysicalResourceId?: string;
  /** Numbers and booleans come as strings. */
  readonly ResourceProperties: Readonly<Record<string, unknown>>;
  /** With `Update` only. */
  readonly OldResourceProperties?: Readonly<Record<string, unknown>>;
}

/** One kind of custom resource. */
export interface CustomResource {
  /** The physical id, from the properties alone: another id makes CloudFormation replace the resource. */
  physicalId(event: CustomResourceEvent): string;

  /** Does what the event asks for, so that doing it again changes nothing; throws a `Failure` if it cannot. */
  run(event: CustomResourceEvent, clock: Clock): Promise<void>;
}

/** Time, so that tests need not wait. */
export interface Clock {
  /** When to give up, on the scale of `now`. */
  readonly deadline: number;
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** At least 0, less than 1. */
  random(): number;
}

/** The real time, up to a deadline. */
export function clockFor(milliseconds: number): Clock {
  // Not performance.now(), which loads a part of Node that nothing else here needs.
  const now = () => Number(process.hrtime.bigint() / 1_000_000n);
  return {
    deadline: now() + milliseconds,
    now,
    sleep: (duration) => new Promise((resolve) => { setTimeout(resolve, duration); }),
    random: Math.random,
  };
}

/** An error whose message is written for the person who deploys. */
export class Failure extends Error {
  /**
   * @param message what was being done, to what, why it failed, what state it was left in and what to do
   * @param untouched whether nothing was changed, so that there is nothing to take back
   */
  constructor(message: string, public readonly untouched: boolean) {
    super(message);
  }
}
