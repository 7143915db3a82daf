/** The priority of aspects that run after mutating aspects and before read-only aspects. */
export const AFTER_CHANGES = 900;
