import {
  DescribeDomainCommand, DescribeSpaceCommand, DescribeUserProfileCommand, SageMakerClient,
  UpdateDomainCommand, UpdateSpaceCommand, UpdateUserProfileCommand,
} from '@aws-sdk/client-sagemaker';
import { sealNumbers, unsealNumbers } from './numbers';
import type { Json, Place } from './place';
import { LONGEST_CALL, Reading } from './progress';

const COMMANDS = {
  Domain: { Describe: DescribeDomainCommand, Update: UpdateDomainCommand },
  UserProfile: { Describe: DescribeUserProfileCommand, Update: UpdateUserProfileCommand },
  Space: { Describe: DescribeSpaceCommand, Update: UpdateSpaceCommand },
};

/** The schema of any JSON document, as the SDK numbers its schemas. */
const DOCUMENT = 15;

/** Domains, user profiles and spaces in the service. Their settings pass through as they are, whatever the SDK knows of them. */
export class Studio {
  private readonly client = new SageMakerClient({
    region: process.env.AWS_REGION,
    // Retries are decided with what is known about the place: a write must not be repeated without a new reading.
    maxAttempts: 1,
    retryMode: 'standard',
    defaultsMode: 'standard',
    // What follows is what the SDK would find out by itself, from files that Lambda does not have and parts of Node that
    // take time to load: a fifth of the start.
    useDualstackEndpoint: false,
    useFipsEndpoint: process.env.AWS_USE_FIPS_ENDPOINT === 'true',
    userAgentAppId: async () => undefined,
    authSchemePreference: [],
    streamCollector: collect,
  });

  /** @param longestCall in milliseconds */
  constructor(private readonly longestCall = LONGEST_CALL) {
    // The SDK keeps only what its model of the service has. Other fields would be lost, so it gets to see documents.
    this.client.middlewareStack.add((next, context) => async (args) => {
      const smithy = (context as { __smithy_context?: { operationSchema?: unknown[] } }).__smithy_context!;
      const [kind, namespace, name, traits] = smithy.operationSchema!;
      smithy.operationSchema = [kind, namespace, name, traits, DOCUMENT, DOCUMENT];
      return next(args);
    }, { step: 'initialize', name: 'documents' });
    this.client.middlewareStack.add((next) => async (args) => {
      const request = args.request as { body: Uint8Array };
      const { buffer, byteOffset, byteLength } = request.body;
      request.body = Buffer.from(unsealNumbers(Buffer.from(buffer, byteOffset, byteLength).toString()));
      return next(args);
      // Before the length is taken.
    }, { step: 'build', priority: 'high', name: 'numbers' });
  }

  /** Reads the holder of a list. */
  public async read({ kind, key, settings }: Place, now: () => number): Promise<Reading> {
    const startedAt = now();
    const answer = await this.send(COMMANDS[kind].Describe, key);
    const found = answer[settings] as Json | undefined;
    // What is written next is made from this: of an answer that lacks something, it would take away what others have there.
    if (typeof answer.Status !== 'string' || (settings === 'DefaultUserSettings' && !found)) {
      throw Object.assign(new Error(`the answer has no Status or no ${settings}`), { name: 'IncompleteAnswer' });
    }
    return {
      startedAt,
      endedAt: now(),
      status: answer.Status,
      failureReason: answer.FailureReason as string | undefined,
      stamp: JSON.stringify([answer.LastModifiedTime, found]),
      settings: found ?? {},
    };
  }

  /** Writes settings of the holder of a list. */
  public async write({ kind, key, settings }: Place, value: Json): Promise<void> {
    await this.send(COMMANDS[kind].Update, { ...key, [settings]: value });
  }

  private async send(command: new (input: any) => any, input: Json): Promise<Json> {
    // The timeouts of the SDK are about a part of a call each: no answer, no next byte.
    const ending = new AbortController();
    const timer = setTimeout(() => ending.abort(), this.longestCall);
    try {
      return await this.client.send(new command(input), { abortSignal: ending.signal }) as any;
    } catch (error) {
      throw ending.signal.aborted ? Object.assign(new Error(`no whole answer in ${this.longestCall / 1000} s`), { name: 'TimeoutError' }) : error;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The body of an answer. */
async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks = [];
  for await (const chunk of stream) {
    chunks.push(chunk);
  }
  return Buffer.from(sealNumbers(Buffer.concat(chunks).toString()));
}
