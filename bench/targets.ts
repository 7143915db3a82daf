/** Renders a value in a table of a README. With a target, it renders whether the value reaches it. */
export function judged(value: number, target?: number, digits = 2): string {
  const shown = value.toFixed(digits);
  if (target === undefined) {
    return shown;
  }
  return reaches(value, target, digits) ? `**${shown}** (≤ ${target})` : `**${shown}**, misses ${target}`;
}

/** Whether a value, rounded as shown, is no greater than its target. */
export function reaches(value: number, target: number, digits = 2): boolean {
  return Number(value.toFixed(digits)) <= target;
}
