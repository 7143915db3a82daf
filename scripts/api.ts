/**
 * `npm run api:baseline`: makes the present API the one that the next version is compared with. For releases only.
 */
import { writeBaseline } from './api/released';

writeBaseline();
