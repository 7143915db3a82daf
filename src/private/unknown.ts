import { Reference, Token, Tokenization } from 'aws-cdk-lib';

/** A number token in a string, such as `torch-1.8881545897087968e+289`. The CDK replaces it, but not all releases say that it is a token. */
const NUMBER_TOKEN = '-1\\.\\d{10,16}e\\+289';
/** A number token as other languages and formats write it, which the CDK does not replace: `-1888…` with 290 digits, or `-1.888…E289`. */
const FORMATTED_NUMBER_TOKEN = /-1(?:\d{289}|\.\d+[eE]\+?289)/;
/** The values that the CDK returns until a look-up is done. Names of parameters contain only these characters. */
const DUMMY = 'dummy-value-for-[\\w./-]+|DUMMY_ARN';
const DYNAMIC_REFERENCE = '\\{\\{resolve:[^{}*?$]+\\}\\}';

const NUMBER_TOKENS = new RegExp(NUMBER_TOKEN, 'g');
const DUMMIES = new RegExp(DUMMY);
const UNKNOWN_PARTS = new RegExp([DUMMY, DYNAMIC_REFERENCE].join('|'));
const TOKENS = new RegExp(`[$#]\\{Token\\[[\\w:.-]+\\]\\}|${NUMBER_TOKEN}`, 'g');
const ALL_UNKNOWN_PARTS = new RegExp(`${TOKENS.source}|${UNKNOWN_PARTS.source}`, 'g');

/** Whether a value is a token or contains one, even as a number in a string. */
export function isToken(value: unknown): boolean {
  return Token.isUnresolved(value) || (typeof value === 'string' && value.search(NUMBER_TOKENS) >= 0);
}

/** Describes a number token that was formatted so that the CDK does not recognize it, if a string contains one. */
export function formattedNumberToken(value: string): string | undefined {
  const [found] = FORMATTED_NUMBER_TOKEN.exec(value.replace(NUMBER_TOKENS, '')) ?? [];
  return found && `the number token${ofTarget(Number(found))}`;
}

function ofTarget(number: number): string {
  try {
    const token = Tokenization.reverseNumber(number);
    return Reference.isReference(token) ? ` of ${token.target.node.path.replace(/\/Resource$/, '')}` : '';
  } catch {
    // A format that drops digits turns it into a number that is not a token.
    return '';
  }
}

/** Whether a string contains a value that the CDK returns until a look-up is done. */
export function isDummy(value: unknown): boolean {
  return typeof value === 'string' && DUMMIES.test(value);
}

/** Whether a value, or a part of it, is unknown at synth: a token, a dummy value or a dynamic reference of CloudFormation. */
export function isUnknown(value: unknown): boolean {
  return isToken(value) || (typeof value === 'string' && UNKNOWN_PARTS.test(value));
}

/** Returns a string with an `x` for each part that is unknown at synth, to check the other parts. */
export function withPlaceholders(value: string): string {
  return value.replace(ALL_UNKNOWN_PARTS, 'x');
}

/** Whether the known parts of a string contain a wildcard or a variable of IAM, which would extend a permission. */
export function hasWildcard(value: string): boolean {
  return /[*?]|\$\{/.test(withPlaceholders(value));
}

/** Replaces the tokens in a string for a message. */
export function withoutTokens(value: string): string {
  return value.replace(TOKENS, '<token>');
}
