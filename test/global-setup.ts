import { ensureBundle } from '../scripts/bundle';

/** The library needs its Lambda bundle, as a built one has. */
export default async function (): Promise<void> {
  await ensureBundle();
}
