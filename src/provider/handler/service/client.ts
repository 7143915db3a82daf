import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { Json } from './json';
import { LONGEST_CALL } from './longest-call';
import { sealNumbers, unsealNumbers } from './numbers';

/** The schema of any JSON document, as the SDK numbers its schemas. */
const DOCUMENT = 15;

/** SageMaker, with requests and answers that pass through as they are, whatever the SDK knows of them. */
export class Service {
  private readonly client = new SageMakerClient({
    region: process.env.AWS_REGION,
    // Retries are decided with what is known about the target: a write must not be repeated without a new reading.
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

  /** One call, without a retry. */
  public async send(command: new (input: any) => any, input: Json): Promise<Json> {
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

/** The error for an answer without what it has to have: what became of the call is not known. */
export function incompleteAnswer(message: string): Error {
  return Object.assign(new Error(message), { name: 'IncompleteAnswer' });
}

/** The body of an answer. */
async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks = [];
  for await (const chunk of stream) {
    chunks.push(chunk);
  }
  return Buffer.from(sealNumbers(Buffer.concat(chunks).toString()));
}
