import { draw } from './draw';
import { boxesOf } from './graph';
import { synthExample } from '../examples/synth';

/** Where the README shows it. */
export const STUDIO_PICTURE = 'docs/images/studio.svg';

/** The resources of examples/studio. */
export function studioPicture(): string {
  return draw('What examples/studio deploys, in the order in which it comes to be', boxesOf(synthExample('studio')));
}
