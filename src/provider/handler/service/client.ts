import { DescribeImageVersionCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { Json } from './json';
import { JsonProtocol } from './json-protocol';
import { LONGEST_CALL } from './longest-call';

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
    protocol: JsonProtocol as any,
  });

  /** @param longestCall the timeout of a call in milliseconds */
  constructor(private readonly longestCall = LONGEST_CALL) {}

  /** Makes one call without retries. */
  public async send(operation: string, input: Json): Promise<Json> {
    const command = new DescribeImageVersionCommand(input as any);
    command.middlewareStack.add((next, context) => async (args) => {
      const smithy = (context as { __smithy_context?: { operationSchema?: unknown[] } }).__smithy_context!;
      const [kind, namespace, , traits] = smithy.operationSchema!;
      smithy.operationSchema = [kind, namespace, operation, traits];
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
