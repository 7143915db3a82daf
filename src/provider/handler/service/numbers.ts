/** What JSON consists of: strings, so that the digits in them are left alone, and numbers. */
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
/** A number as a string that begins like no other string. */
const SEALED = /"\\u0000(-?\d[\d.eE+-]*)"/g;

/**
 * JSON in which a number is a string if JavaScript would write it in another way: it has 16 digits at most.
 *
 * The SDK makes BigInt or objects of such numbers, or other numbers, depending on the version of Node.
 */
export function sealNumbers(json: string): string {
  return json.replace(STRING_OR_NUMBER, (part) => part.startsWith('"') || String(Number(part)) === part ? part : `"\\u0000${part}"`);
}

/** The JSON with the numbers as they were. */
export function unsealNumbers(json: string): string {
  return json.replace(SEALED, '$1');
}
