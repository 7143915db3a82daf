/**
 * `npm run release:examples -- 0.1.0`: sets the released version that the examples in other languages use.
 */
import { join } from 'path';
import { EXAMPLES } from '../examples/synth';
import { setVersionOfExamples } from '../examples/version';

const [version, ...more] = process.argv.slice(2);
if (!/^\d+\.\d+\.\d+$/.test(version ?? '') || more.length > 0) {
  console.error('usage: npm run release:examples -- <version>, for example 0.1.0');
  process.exitCode = 2;
} else {
  setVersionOfExamples(version, Object.fromEntries(['java', 'go', 'csharp'].map((name) => [name, join(EXAMPLES, name)])));
}
