import { get } from 'https';
import type { Json } from './json';

/** The largest document that is read, in characters. */
const MAX_LENGTH = 2 ** 20;
/** The timeout of the whole download, in milliseconds. */
const TIMEOUT = 3_000;

/** Downloads a small JSON document. */
export function downloadJson(url: string): Promise<Json> {
  return new Promise((resolve, reject) => {
    get(url, { signal: AbortSignal.timeout(TIMEOUT) }, (response) => {
      let text = '';
      if (response.statusCode !== 200) {
        response.destroy(new Error(`HTTP ${response.statusCode}`));
      }
      response.setEncoding('utf8')
        .on('data', (chunk) => (text += chunk).length > MAX_LENGTH && response.destroy(new Error('the document is too large')))
        .on('error', reject)
        .on('end', () => {
          try {
            resolve(JSON.parse(text));
          } catch (error) {
            reject(error);
          }
        });
    }).on('error', reject);
  });
}
