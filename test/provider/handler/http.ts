import { readFileSync } from 'fs';
import { createServer, IncomingMessage, RequestListener, Server, ServerResponse } from 'http';
import { createServer as createSecureServer } from 'https';
import { AddressInfo } from 'net';
import { join } from 'path';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Response {
  readonly status?: number;
  readonly body?: unknown;
  /** The raw body, instead of `body`. */
  readonly text?: string;
  /** How the connection behaves after this body, instead of ending the response. */
  readonly broken?: 'stalled' | 'trickling' | 'cut off';
}

/** A certificate for 127.0.0.1 that nobody trusts, valid until 2120, and its private key, which protects nothing. */
export const CERTIFICATE = readFileSync(join(__dirname, 'localhost.pem'));

/** A server in this process that records its requests. */
export class FakeServer {
  /** Starts a server on a free port. */
  public static async start(answer: (request: Request) => Response | undefined, protocol: 'http' | 'https' = 'http'): Promise<FakeServer> {
    const fake = new FakeServer(answer, protocol);
    await new Promise<void>((resolve) => { fake.server.listen(0, '127.0.0.1', resolve); });
    return fake;
  }

  public readonly requests: Request[] = [];
  private readonly server: Server;

  /** @param answer the response to a request; if undefined, the server never responds */
  private constructor(public answer: (request: Request) => Response | undefined, private readonly protocol: 'http' | 'https') {
    const listener: RequestListener = (incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
        const request = { method: incoming.method!, path: incoming.url!, headers: incoming.headers, body: Buffer.concat(chunks).toString() };
        this.requests.push(request);
        const response = this.answer(request);
        if (response) {
          send(response, outgoing);
        }
      });
    };
    this.server = protocol === 'https' ? createSecureServer({ cert: CERTIFICATE, key: CERTIFICATE }, listener) : createServer(listener);
  }

  public get url(): string {
    return `${this.protocol}://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The environment variables with which the SDK calls this server. */
  public get environment(): NodeJS.ProcessEnv {
    return {
      AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: this.url, AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token',
    };
  }

  /** Returns the number of open connections. */
  public connections(): Promise<number> {
    return new Promise((resolve) => { this.server.getConnections((_, count) => resolve(count)); });
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => { this.server.close(resolve); });
  }
}

function send({ status = 200, body = {}, text = JSON.stringify(body), broken }: Response, outgoing: ServerResponse): void {
  const headers = { 'content-type': 'application/x-amz-json-1.1' };
  if (!broken) {
    outgoing.writeHead(status, headers).end(text);
    return;
  }
  outgoing.writeHead(status, { ...headers, 'content-length': 1_000_000 });
  outgoing.write(text, () => broken === 'cut off' && outgoing.destroy());
  if (broken === 'trickling') {
    const timer = setInterval(() => outgoing.write(' '), 10);
    outgoing.on('close', () => clearInterval(timer));
  }
}

/** The operation and the input of a SageMaker request. */
export function call({ headers, body }: Request): [string, any] {
  return [String(headers['x-amz-target']).replace('SageMaker.', ''), JSON.parse(body)];
}
