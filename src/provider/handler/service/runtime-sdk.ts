// A client must not be loaded before it is needed, and import() would load the ES module loader of Node.js too.
/* eslint-disable @typescript-eslint/no-require-imports */
import type { Json } from './json';
import { LONGEST_CALL } from './longest-call';

type Sdk = { readonly [name: string]: new (input: object) => any };

/** The services that kinds of custom resources call besides SageMaker, and their clients in the Lambda runtime. */
const CLIENTS = {
  cloudFormation: { load: (): Sdk => require('@aws-sdk/client-cloudformation'), name: 'CloudFormationClient' },
  ecr: { load: (): Sdk => require('@aws-sdk/client-ecr'), name: 'ECRClient' },
  iam: { load: (): Sdk => require('@aws-sdk/client-iam'), name: 'IAMClient' },
  sns: { load: (): Sdk => require('@aws-sdk/client-sns'), name: 'SNSClient' },
};
export type RuntimeService = keyof typeof CLIENTS;

/**
 * Calls services other than SageMaker with the AWS SDK of the Lambda runtime.
 *
 * A client is loaded when it is first called, so that it costs nothing where it is not needed. SageMaker needs the SDK of the bundle,
 * because new fields of its settings must not get lost. The operations that are called here are old and stable.
 */
export class RuntimeSdk {
  private readonly calls: { [service in RuntimeService]?: (operation: string, input: Json) => Promise<Json> } = {};

  /** Makes one call without retries, with the names of the API. */
  public async send(service: RuntimeService, operation: string, input: Json): Promise<Json> {
    return (this.calls[service] ??= callsOf(service))(operation, input);
  }
}

function callsOf(service: RuntimeService): (operation: string, input: Json) => Promise<Json> {
  const { load, name } = CLIENTS[service];
  const sdk = load();
  const client = new sdk[name]({ maxAttempts: 1 });
  return (operation, input) => client.send(new sdk[`${operation}Command`](input), { abortSignal: AbortSignal.timeout(LONGEST_CALL) });
}
