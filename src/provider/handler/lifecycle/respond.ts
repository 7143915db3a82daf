import { request as requestHttp } from 'http';
import { request as requestHttps } from 'https';
import type { Clock } from './clock';
import type { CustomResourceEvent } from './event';
import type { Attributes } from './kind';
import { log } from './log';

/** What is sent to CloudFormation. */
export interface Answer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly PhysicalResourceId: string;
  /** Why it failed. */
  readonly Reason?: string;
  /** The attributes. */
  readonly Data?: Attributes;
}

/** CloudFormation accepts no longer answer. */
export const MOST_BYTES = 4096;
const ATTEMPTS = 6;
const TIMEOUT = 3_000;

/** Answers an event, before the deadline of the clock. */
export async function respond(event: CustomResourceEvent, answer: Answer, clock: Clock): Promise<void> {
  const body = bodyOf(event, answer);
  for (let attempt = 1; ; attempt++) {
    try {
      return await put(event.ResponseURL, body);
    } catch (error) {
      // Not the error itself, which may show the address.
      log('answer not accepted', { attempt, code: (error as { code?: string }).code });
      const pause = 2 ** attempt * 100 * (0.5 + clock.random() / 2);
      if (attempt === ATTEMPTS || clock.now() + pause + TIMEOUT > clock.deadline) {
        // Lambda then sends the event once more.
        throw new Error('CloudFormation accepted no answer');
      }
      await clock.sleep(pause);
    }
  }
}

/** The answer, with a reason that is cut to what fits. Nothing else is cut. */
export function bodyOf({ StackId, RequestId, LogicalResourceId }: CustomResourceEvent, { Reason, ...answer }: Answer): string {
  const render = (reason: string | undefined) => JSON.stringify({ ...answer, Reason: reason, StackId, RequestId, LogicalResourceId });
  let kept = Reason;
  let body = render(Reason);
  while (kept && Buffer.byteLength(body) > MOST_BYTES) {
    kept = kept.slice(0, Math.floor(kept.length * 0.95));
    body = render(`${kept}… (the log of the function has the rest)`);
  }
  return body;
}

function put(address: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const url = new URL(address);
    const send = url.protocol === 'http:' ? requestHttp : requestHttps;
    // The signature of the address covers an empty content type.
    const headers = { 'content-type': '', 'content-length': Buffer.byteLength(body) };
    send(url, { method: 'PUT', headers, timeout: TIMEOUT }, (response) => {
      // The status says all: what follows it need not come, or end.
      response.destroy();
      const { statusCode = 0 } = response;
      statusCode < 300 ? resolve() : reject(Object.assign(new Error('not accepted'), { code: `HTTP ${statusCode}` }));
    })
      .on('timeout', function (this: { destroy(error: Error): void }) { this.destroy(Object.assign(new Error('no answer'), { code: 'timeout' })); })
      .on('error', reject)
      .end(body);
  });
}
