import type { Json } from './json';
import { sealNumbers, unsealNumbers } from './numbers';

interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * The protocol of the SageMaker API for the SDK's client: it sends and returns JSON as it is.
 *
 * The protocol of the SDK drops fields that are not in its service model, changes numbers, and is a tenth of the bundle.
 */
export class JsonProtocol {
  private readonly target: string;

  constructor({ serviceTarget }: { serviceTarget: string }) {
    this.target = serviceTarget;
  }

  public getShapeId(): string {
    return 'aws.protocols#awsJson1_1';
  }

  public getPayloadCodec(): undefined {
    return undefined;
  }

  public setSerdeContext(): void {}

  public updateServiceEndpoint<Request extends object>(request: Request, { protocol, hostname, port, path }: Json): Request {
    return Object.assign(request, { protocol, hostname, port, path });
  }

  public async serializeRequest({ name }: { name: string }, input: Json, { endpoint }: { endpoint(): Promise<Json> }): Promise<object> {
    return this.updateServiceEndpoint({
      method: 'POST',
      query: {},
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${this.target}.${name}` },
      body: unsealNumbers(JSON.stringify(input)),
    }, await endpoint());
  }

  public async deserializeResponse(_: unknown, __: unknown, { statusCode, headers, body }: Response): Promise<Json> {
    const chunks = [];
    for await (const chunk of body) {
      chunks.push(chunk);
    }
    const text = Buffer.concat(chunks).toString();
    const output = text ? JSON.parse(sealNumbers(text)) : {};
    const $metadata = { httpStatusCode: statusCode, requestId: headers['x-amzn-requestid'] };
    if (statusCode >= 300) {
      const { __type: type = headers['x-amzn-errortype'] ?? 'Unknown', message, Message } = output ?? {};
      throw Object.assign(new Error(message ?? Message ?? 'UnknownError'), {
        // The name may come with a namespace before it or a URL behind it.
        name: /^(?:.*#)?([^:,]*)/.exec(String(type))![1],
        $fault: statusCode < 500 ? 'client' : 'server',
        $metadata,
      });
    }
    return { ...output, $metadata };
  }
}

/** The name under which the client of the SDK imports its protocol in the bundle. */
export { JsonProtocol as AwsJson1_1Protocol };
