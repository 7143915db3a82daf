import * as ts from 'typescript';

/** A small change of one expression or block, which a test should notice. */
export interface Mutation {
  /** The code instead of the node's own. */
  readonly code: string;
  /** Only for calls and blocks that are removed. */
  readonly removes?: boolean;
}

type Mutator = (node: ts.Node, text: (node: ts.Node) => string) => string[];

/** Operators, and what replaces them. */
const OPERATORS: Record<string, string[]> = {
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '<': ['<='],
  '<=': ['<'],
  '>': ['>='],
  '>=': ['>'],
  '&&': ['||'],
  '||': ['&&'],
  '+=': ['-='],
  '-=': ['+='],
};
const COMPARISONS = ['===', '!==', '==', '!=', '<', '<=', '>', '>=', 'in', 'instanceof'];

/** Methods, and what replaces them. An empty string removes the call. */
const METHODS: Record<string, string> = {
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  some: 'every',
  every: 'some',
  min: 'max',
  max: 'min',
  toLowerCase: 'toUpperCase',
  toUpperCase: 'toLowerCase',
  trim: '',
  sort: '',
  reverse: '',
  filter: '',
  slice: '',
  concat: '',
  flat: '',
};

const MUTATORS: Mutator[] = [
  function literals(node) {
    switch (node.kind) {
      case ts.SyntaxKind.TrueKeyword: return ['false'];
      case ts.SyntaxKind.FalseKeyword: return ['true'];
      default: return [];
    }
  },

  // Text with spaces is for people: changing it says nothing about behavior.
  function strings(node, text) {
    if (!ts.isStringLiteral(node) && !ts.isTemplateExpression(node) && !ts.isNoSubstitutionTemplateLiteral(node)) {
      return [];
    }
    const empty = text(node).length === 2;
    return /\s/.test(text(node)) ? [] : [empty ? "'mutant'" : "''"];
  },

  function collections(node) {
    if (ts.isArrayLiteralExpression(node)) {
      return node.elements.length > 0 ? ['[]'] : ["['mutant']"];
    }
    return ts.isObjectLiteralExpression(node) && node.properties.length > 0 ? ['{}'] : [];
  },

  function operators(node, text) {
    if (ts.isPrefixUnaryExpression(node)) {
      return node.operator === ts.SyntaxKind.ExclamationToken || node.operator === ts.SyntaxKind.MinusToken ? [text(node.operand)] : [];
    }
    if (!ts.isBinaryExpression(node)) {
      return [];
    }
    const [left, operator, right] = [text(node.left), text(node.operatorToken), text(node.right)];
    if (operator === '??') {
      return [left, right];
    }
    const others = isText(node.left) || isText(node.right) ? [] : OPERATORS[operator] ?? [];
    return [...others.map((other) => `${left} ${other} ${right}`), ...COMPARISONS.includes(operator) ? ['true', 'false'] : []];
  },

  function conditions(node) {
    const { parent } = node;
    if (ts.isIfStatement(parent) && parent.expression === node || ts.isConditionalExpression(parent) && parent.condition === node) {
      return ['true', 'false'];
    }
    // A loop without an end would only be noticed by its time.
    return (ts.isWhileStatement(parent) && parent.expression === node || ts.isForStatement(parent) && parent.condition === node) ? ['false'] : [];
  },

  function results(node) {
    return ts.isArrowFunction(node.parent) && node.parent.body === node && !ts.isBlock(node) ? ['undefined'] : [];
  },

  function methods(node, text) {
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) {
      return [];
    }
    const { expression: { expression: object, questionDotToken, name } } = node;
    const other = Object.hasOwn(METHODS, name.text) ? METHODS[name.text] : undefined;
    if (other === undefined) {
      return [];
    }
    const rest = text(node).slice(text(node.expression).length);
    return [other === '' ? text(object) : `${text(object)}${questionDotToken ? '?' : ''}.${other}${rest}`];
  },

  function regularExpressions(node, text) {
    return node.kind === ts.SyntaxKind.RegularExpressionLiteral ? [...mutatedExpressions(text(node))] : [];
  },
];

/** What can replace an expression. */
export function mutationsOf(node: ts.Expression): Mutation[] {
  const text = (one: ts.Node) => one.getText();
  const codes = new Set(MUTATORS.flatMap((mutator) => mutator(node, text)));
  codes.delete(text(node));
  return [...codes].map((code) => ({ code }));
}

/** Each anchor, class and quantifier of a regular expression changes once. */
function* mutatedExpressions(literal: string): Generator<string> {
  const end = literal.lastIndexOf('/');
  const [body, flags] = [literal.slice(1, end), literal.slice(end + 1)];
  const parts = body.match(/\\.|\[(?:\\.|[^\]])*\]|\{\d+(?:,\d*)?\}|\(\?[:=!]|[^]/g) ?? [];
  for (const [index, part] of parts.entries()) {
    const other = otherPart(part, parts[index - 1]);
    if (other !== undefined) {
      yield `/${[...parts.slice(0, index), other, ...parts.slice(index + 1)].join('')}/${flags}`;
    }
  }
}

function otherPart(part: string, previous: string | undefined): string | undefined {
  if (part === '^' || part === '$') {
    return '';
  }
  if (/^\\[dDwWsS]$/.test(part)) {
    return part === part.toLowerCase() ? part.toUpperCase() : part.toLowerCase();
  }
  if (part.startsWith('[')) {
    return part.startsWith('[^') ? `[${part.slice(2)}` : `[^${part.slice(1)}`;
  }
  if (part === '(?=' || part === '(?!') {
    return part === '(?=' ? '(?!' : '(?=';
  }
  // A question mark after a quantifier makes it lazy.
  const quantifier = part === '+' || part === '*' || part === '?' && previous !== undefined && !/^([+*?]|\{.*)$/.test(previous) || /^\{\d/.test(part);
  return quantifier ? '' : undefined;
}

function isText(node: ts.Expression): boolean {
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)
    || ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken && (isText(node.left) || isText(node.right));
}
