/**
 * How property-based tests run: with a fixed seed, so that they do not fail in a change that they have nothing to do with.
 *
 * `FUZZ_SEED=$RANDOM FUZZ_RUNS=1000 npx jest …` looks further.
 */
export function runs(count: number): { seed: number; numRuns: number } {
  return { seed: Number(process.env.FUZZ_SEED ?? 20241125), numRuns: Number(process.env.FUZZ_RUNS ?? count) };
}
