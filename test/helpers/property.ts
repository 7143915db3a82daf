/**
 * Returns the parameters of a property-based test, with a fixed seed, so that unrelated changes do not make it fail.
 *
 * `FUZZ_SEED=$RANDOM FUZZ_RUNS=1000 npx jest …` runs it with other values.
 */
export function runs(count: number): { seed: number; numRuns: number } {
  return { seed: Number(process.env.FUZZ_SEED ?? 20241125), numRuns: Number(process.env.FUZZ_RUNS ?? count) };
}
