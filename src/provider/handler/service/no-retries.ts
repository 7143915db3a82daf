/** Replaces the retries of the SDK in the bundle: the callers decide about them, since a write must not be repeated without another read. */
export const resolveRetryConfig = <Config>(config: Config) => config;
/** The signature is added after the middleware with this name. */
export const getRetryPlugin = () => ({
  applyToStack: (stack: { add(middleware: (next: unknown) => unknown, options: object): void }) =>
    stack.add((next) => next, { name: 'retryMiddleware', step: 'finalizeRequest', priority: 'high', override: true }),
});
// The client is given values, so that it does not use these.
export const DEFAULT_RETRY_MODE = 'standard';
export const NODE_MAX_ATTEMPT_CONFIG_OPTIONS = {};
export const NODE_RETRY_MODE_CONFIG_OPTIONS = {};
export const RETRY_MODES = {};
