import { request as requestHttp } from 'http';
import { request as requestHttps } from 'https';
import type { Clock } from './clock';
import type { CustomResourceEvent } from './event';
import type { Attributes } from './kind';
import { log } from './log';

/** The response to CloudFormation. */
export interface CfnResponse {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly PhysicalResourceId: string;
  /** The reason of a failure. */
  readonly Reason?: string;
  /** The attributes for `Fn::GetAtt`. */
  readonly Data?: Attributes;
}

/** The maximum size of a response that CloudFormation accepts. */
export const MAX_BYTES = 4096;
const TRUNCATED = '… (truncated; the log of the Lambda function has the full message)';
const ATTEMPTS = 6;
const TIMEOUT = 3_000;

/** Responds to an event before the deadline of the clock. */
export async function respond(event: CustomResourceEvent, response: CfnResponse, clock: Clock): Promise<void> {
  const body = bodyOf(event, response);
  for (let attempt = 1; ; attempt++) {
    try {
      return await put(event.ResponseURL, body);
    } catch (error) {
      // Not the error itself, which may contain the URL.
      log('response not accepted', { attempt, code: (error as { code?: string }).code });
      const pause = 2 ** attempt * 100 * (0.5 + clock.random() / 2);
      if (attempt === ATTEMPTS || clock.now() + pause + TIMEOUT > clock.deadline) {
        // Lambda then retries the event.
        throw new Error('CloudFormation did not accept the response');
      }
      await clock.sleep(pause);
    }
  }
}

/** Renders a response. Only its reason is truncated if it is too long. */
export function bodyOf({ StackId, RequestId, LogicalResourceId }: CustomResourceEvent, { Reason, ...response }: CfnResponse): string {
  const render = (reason: string | undefined) => JSON.stringify({ ...response, Reason: reason, StackId, RequestId, LogicalResourceId });
  const body = render(Reason);
  return Reason === undefined || Buffer.byteLength(body) <= MAX_BYTES ? body
    : render(`${start(Reason, MAX_BYTES - Buffer.byteLength(render(TRUNCATED)))}${TRUNCATED}`);
}

/** Returns as many characters from the start of a string as fit into this number of bytes in JSON. */
function start(text: string, bytes: number): string {
  let kept = '';
  // Iterates over whole characters, including those that consist of two UTF-16 code units.
  for (const character of text) {
    bytes -= Buffer.byteLength(JSON.stringify(character)) - 2;
    if (bytes < 0) {
      break;
    }
    kept += character;
  }
  return kept;
}

function put(presignedUrl: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const url = new URL(presignedUrl);
    const send = url.protocol === 'http:' ? requestHttp : requestHttps;
    // The signature of the URL covers an empty content type.
    const headers = { 'content-type': '', 'content-length': Buffer.byteLength(body) };
    send(url, { method: 'PUT', headers, timeout: TIMEOUT }, (response) => {
      // The status is sufficient. The body may be slow or never end.
      response.destroy();
      const { statusCode = 0 } = response;
      statusCode < 300 ? resolve() : reject(Object.assign(new Error('not accepted'), { code: `HTTP ${statusCode}` }));
    })
      .on('timeout', function (this: { destroy(error: Error): void }) { this.destroy(Object.assign(new Error('no response'), { code: 'timeout' })); })
      .on('error', reject)
      .end(body);
  });
}
