/** A JSON object as SageMaker sends it. Members must be checked before use. */
export type Json = { readonly [key: string]: unknown };

export function isMap(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
