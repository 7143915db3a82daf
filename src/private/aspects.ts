/** The priority of aspects that come after those that change things, and before those that only look. */
export const AFTER_CHANGES = 900;
