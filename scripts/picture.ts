/**
 * `npm run picture`: draws the resources of examples/studio for the README.
 */
import { writeFileSync } from 'fs';
import { join } from 'path';
import { ensureBundle } from './bundle';
import { STUDIO_PICTURE, studioPicture } from './picture/studio';

void ensureBundle().then(() => writeFileSync(join(__dirname, '..', STUDIO_PICTURE), studioPicture()));
