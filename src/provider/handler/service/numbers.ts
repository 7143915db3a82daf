/** Matches numbers in JSON. It also matches strings, so that digits in strings are not taken for numbers. */
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
/** Matches a sealed number: a string with a prefix that no other string has. */
const SEALED = /"\\u0000(-?\d[\d.eE+-]*)"/g;

/**
 * Converts numbers that JavaScript would render differently, for example with more than 16 digits, to strings.
 *
 * Depending on the Node.js version, the SDK would convert such numbers to BigInt values, objects or different numbers.
 */
export function sealNumbers(json: string): string {
  return json.replace(STRING_OR_NUMBER, (part) => part.startsWith('"') || String(Number(part)) === part ? part : `"\\u0000${part}"`);
}

/** Restores the original numbers. */
export function unsealNumbers(json: string): string {
  return json.replace(SEALED, '$1');
}
