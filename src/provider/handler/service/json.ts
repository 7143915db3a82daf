/** JSON as the service sends it; nothing is known about it but what this handler looks at. */
export type Json = { readonly [key: string]: unknown };

export function isMap(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
