/** A call that takes longer, in milliseconds, is given up. */
export const LONGEST_CALL = 10_000;
