/** The timeout of a call in milliseconds. */
export const LONGEST_CALL = 10_000;
