import { readFileSync } from 'fs';
import { join } from 'path';
import { deflateRawSync } from 'zlib';
import { templateCosts } from './template';
import { BUNDLE } from '../../scripts/bundle';

/** What a zip needs for one file beside its content. */
const ZIP_HEADERS = 150;

/** Something that is the same on every machine, and what it may be at most. */
export interface Size {
  readonly name: string;
  readonly value: number;
  readonly limit: number;
  readonly detail?: string;
}

/** What the handler and its attachments take, but for time. The handler must have been bundled. */
export function sizes(): Size[] {
  const zip = deflateRawSync(readFileSync(join(BUNDLE, 'index.js')), { level: 9 }).length + ZIP_HEADERS;
  const { first, firstWithRole, further, bytes, handWritten } = templateCosts();
  return [
    { name: 'handler zip, kB', value: zip / 1000, limit: 65 },
    // One more than planned: docs/decisions/0008-permissions-that-last.md.
    { name: 'resources for the first attachment', value: first, limit: 5 },
    { name: 'the same with an execution role', value: firstWithRole, limit: 6 },
    { name: 'resources for each further one', value: further, limit: 1 },
    { name: 'template, of a hand-written one', value: bytes / handWritten, limit: 1.2, detail: `${bytes} of ${handWritten} bytes` },
  ];
}
