/**
 * `npm run api:baseline`: records the current API as the baseline for the next version. For releases only.
 */
import { writeBaseline } from './api/released';

writeBaseline();
