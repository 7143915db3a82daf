/** Replaces the SDK's event stream support in the bundle: no operation that the handler calls uses event streams. */
export {};
