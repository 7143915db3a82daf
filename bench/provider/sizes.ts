import { readFileSync } from 'fs';
import { join } from 'path';
import { deflateRawSync } from 'zlib';
import { templateCosts } from './template';
import { BUNDLE } from '../../scripts/bundle';

/** The bytes that a zip file needs for one file in addition to its content. */
const ZIP_HEADERS = 150;

/** A size, which is the same on every machine, and its limit. */
export interface Size {
  readonly name: string;
  readonly value: number;
  readonly limit: number;
  readonly detail?: string;
}

/** The sizes of the handler and of its attachments. The handler must have been bundled. */
export function sizes(): Size[] {
  const zip = deflateRawSync(readFileSync(join(BUNDLE, 'index.js')), { level: 9 }).length + ZIP_HEADERS;
  const {
    first, firstWithRole, furtherImage, furtherTarget, preflight, preflightWithAttachment, furtherPreflight, bytes, handWritten,
  } = templateCosts();
  return [
    // The plan for images that follow releases allows 75 kB. Default images are the first part of it.
    { name: 'handler zip, kB', value: zip / 1000, limit: 75 },
    // One more than planned: docs/decisions/0008-immutable-policy.md.
    { name: 'resources for the first attachment', value: first, limit: 5 },
    { name: 'the same with an execution role', value: firstWithRole, limit: 6 },
    { name: 'resources for a further image, same target', value: furtherImage, limit: 0 },
    { name: 'resources for a further target', value: furtherTarget, limit: 1 },
    { name: 'resources for the first preflight', value: preflight, limit: 6 },
    { name: 'the same beside an attachment', value: preflightWithAttachment, limit: 2 },
    { name: 'resources for a further preflight', value: furtherPreflight, limit: 1 },
    // The policy of the function says why one of its actions has no resource.
    { name: 'template, relative to a hand-written one', value: bytes / handWritten, limit: 1.25, detail: `${bytes} of ${handWritten} bytes` },
  ];
}
