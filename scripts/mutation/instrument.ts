import * as ts from 'typescript';
import { mutationsOf } from './mutators';

/** One mutation of a source file. */
export interface Mutant {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The source line that the mutant starts in. */
  readonly context: string;
  readonly original: string;
  readonly replacement: string;
}

/** The name of the global function that says whether a mutant is active. */
export const ACTIVE = '__mutantIsActive';

/** A source file that contains all of its mutants, of which one can be active. The numbers of the mutants start with `first`. */
export function instrument(file: string, source: string, first: number): { code: string; mutants: Mutant[] } {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ES2022, true);
  const mutants: Mutant[] = [];

  function active(node: ts.Node, replacement: string): string {
    const { line, character } = tree.getLineAndCharacterOfPosition(node.getStart());
    const context = source.slice(tree.getPositionOfLineAndCharacter(line, 0)).split('\n', 1)[0].trim();
    mutants.push({ file, line: line + 1, column: character + 1, context, original: node.getText(), replacement });
    return `${ACTIVE}(${first + mutants.length - 1})`;
  }

  /** The code of a node from `start` to `end`, with its mutants inside. */
  function inner(node: ts.Node, start = node.getStart(), end = node.end): string {
    let code = '';
    let position = start;
    ts.forEachChild(node, (child) => {
      if (child.getStart() >= position && child.end <= end && !hasNoCode(child)) {
        code += source.slice(position, child.getStart()) + render(child);
        position = child.end;
      }
    });
    return code + source.slice(position, end);
  }

  function render(node: ts.Node): string {
    if (ts.isBlock(node) && canBeEmpty(node)) {
      const guard = active(node, '{}');
      return `{if(!${guard}){${inner(node, node.getStart() + 1, node.end - 1)}}}`;
    }
    if (ts.isExpressionStatement(node) && isRemovable(node)) {
      const guard = active(node, '');
      return `{if(!${guard}){${inner(node)}}}`;
    }
    if (!canBeReplaced(node)) {
      return inner(node);
    }
    const replacements = [...mutationsOf(node).map(({ code }) => code), ...unchained(node)];
    const choices = replacements.map((replacement) => `${active(node, replacement)}?(${replacement}):`);
    return choices.length > 0 ? `(${choices.join('')}(${inner(node)}))` : inner(node);
  }

  return { code: inner(tree, 0, source.length), mutants };
}

/** Types, imports and enums, whose members have to be constant. */
function hasNoCode(node: ts.Node): boolean {
  return ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isTypeParameterDeclaration(node)
    || ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isEnumDeclaration(node) || ts.isHeritageClause(node);
}

/** A block with one call is not emptied, because the call is removed anyway. */
function canBeEmpty(node: ts.Block): boolean {
  const constructor = ts.isConstructorDeclaration(node.parent) ? node.parent : undefined;
  const inherits = constructor?.parent.heritageClauses?.some((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword) ?? false;
  const [only, ...others] = node.statements;
  return only !== undefined && !inherits && !(others.length === 0 && ts.isExpressionStatement(only));
}

function isRemovable({ expression }: ts.ExpressionStatement): boolean {
  const call = ts.isAwaitExpression(expression) ? expression.expression : expression;
  return ts.isCallExpression(call) && call.expression.kind !== ts.SyntaxKind.SuperKeyword || ts.isBinaryExpression(call);
}

function canBeReplaced(node: ts.Node): node is ts.Expression {
  const { parent } = node;
  if (!ts.isExpression(node) || parent === undefined || ts.isIdentifier(node) && isName(node)) {
    return false;
  }
  if (isInChain(node) || ts.isExpressionStatement(parent) || ts.isTaggedTemplateExpression(parent)) {
    return false;
  }
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) {
    return parent.expression !== node;
  }
  if (ts.isBinaryExpression(parent)) {
    const operator = parent.operatorToken.kind;
    return parent.left !== node || operator < ts.SyntaxKind.FirstAssignment || operator > ts.SyntaxKind.LastAssignment;
  }
  if (ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent) || ts.isMethodDeclaration(parent)) {
    return (parent as ts.NamedDeclaration).name !== node;
  }
  return !(ts.isPostfixUnaryExpression(parent) || ts.isPrefixUnaryExpression(parent) && parent.operator !== ts.SyntaxKind.ExclamationToken
    || ts.isDeleteExpression(parent));
}

/** Any name but a variable that is a condition or a result: names have no other mutations. */
function isName({ parent }: ts.Identifier): boolean {
  return !(ts.isIfStatement(parent) || ts.isConditionalExpression(parent) || ts.isWhileStatement(parent) || ts.isArrowFunction(parent));
}

/** Whether a node is the beginning of an optional chain, which parentheses would end too early. */
function isInChain(node: ts.Node): boolean {
  return ts.isOptionalChain(node.parent) && node.parent.expression === node;
}

/** A chain without each of its question marks. */
function unchained(node: ts.Expression): string[] {
  const marks: number[] = [];
  for (let link: ts.Node = node; ts.isOptionalChain(link); link = link.expression) {
    if (!ts.isNonNullChain(link) && link.questionDotToken) {
      marks.push(link.questionDotToken.getStart() - node.getStart());
    }
  }
  const text = node.getText();
  return marks.map((mark) => {
    const rest = text.slice(mark + 2);
    return text.slice(0, mark) + (/^[[(]/.test(rest) ? rest : `.${rest}`);
  });
}
