/** Stands in for what the SDK loads when an operation streams events. */
export {};
