import { DescribeImageVersionCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { Json } from './json';
import { LONGEST_CALL } from './longest-call';
import { sealNumbers, unsealNumbers } from './numbers';

/** The number of the SDK's schema for arbitrary JSON documents. */
const DOCUMENT = 15;

/**
 * A SageMaker client that passes requests and responses through unchanged, including fields that the SDK does not know.
 *
 * The bundle contains one command of the SDK, which stands for every operation: without their schemas, all others add nothing.
 */
export class Service {
  private readonly client = new SageMakerClient({
    region: process.env.AWS_REGION,
    // The caller decides about retries, because a write must not be repeated without another read.
    maxAttempts: 1,
    retryMode: 'standard',
    defaultsMode: 'standard',
    // The SDK would determine the following values from files that Lambda does not have, with Node.js modules that are slow to
    // load. Setting them saves a fifth of the cold start.
    useDualstackEndpoint: false,
    useFipsEndpoint: process.env.AWS_USE_FIPS_ENDPOINT === 'true',
    userAgentAppId: async () => undefined,
    authSchemePreference: [],
    streamCollector: collect,
  });

  /** @param longestCall the timeout of a call in milliseconds */
  constructor(private readonly longestCall = LONGEST_CALL) {
    // The SDK drops fields that are not in its service model. As arbitrary documents, inputs and outputs keep all fields.
    this.client.middlewareStack.add((next) => async (args) => {
      const request = args.request as { body: Uint8Array };
      const { buffer, byteOffset, byteLength } = request.body;
      request.body = Buffer.from(unsealNumbers(Buffer.from(buffer, byteOffset, byteLength).toString()));
      return next(args);
      // Runs before the content length is computed.
    }, { step: 'build', priority: 'high' });
  }

  /** Makes one call without retries. */
  public async send(operation: string, input: Json): Promise<Json> {
    const command = new DescribeImageVersionCommand(input as any);
    command.middlewareStack.add((next, context) => async (args) => {
      const smithy = (context as { __smithy_context?: { operationSchema?: unknown[] } }).__smithy_context!;
      const [kind, namespace, , traits] = smithy.operationSchema!;
      smithy.operationSchema = [kind, namespace, operation, traits, DOCUMENT, DOCUMENT];
      return next(args);
    });
    // The SDK's timeouts cover only parts of a call, such as the wait for the next byte. This one covers the whole call.
    const ending = new AbortController();
    const timer = setTimeout(() => ending.abort(), this.longestCall);
    try {
      return await this.client.send(command, { abortSignal: ending.signal }) as any;
    } catch (error) {
      throw ending.signal.aborted ? Object.assign(new Error(`no complete response within ${this.longestCall / 1000} s`), { name: 'TimeoutError' }) : error;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The error for a response without required fields. The outcome of the call is unknown. */
export function incompleteResponse(message: string): Error {
  return Object.assign(new Error(message), { name: 'IncompleteResponse' });
}

/** Reads the body of a response. */
async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks = [];
  for await (const chunk of stream) {
    chunks.push(chunk);
  }
  return Buffer.from(sealNumbers(Buffer.concat(chunks).toString()));
}
