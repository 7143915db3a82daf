/** What may stand in JSON: texts, so that numbers in them are left alone, and numbers. */
const TEXT_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
/** A number as a text that nothing else begins like. */
const SEALED = /"\\u0000(-?\d[\d.eE+-]*)"/g;

/**
 * JSON in which numbers are texts if JavaScript would write them otherwise than they stand there: it knows 16 digits.
 *
 * The SDK makes BigInt or objects of them, or other numbers, depending on the version of Node.
 */
export function sealNumbers(json: string): string {
  return json.replace(TEXT_OR_NUMBER, (part) => part.startsWith('"') || String(Number(part)) === part ? part : `"\\u0000${part}"`);
}

/** The JSON with the numbers as they were. */
export function unsealNumbers(json: string): string {
  return json.replace(SEALED, '$1');
}
