import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Returns the name of the intrinsic function, if a resolved value is one. */
export function intrinsicOf(value: unknown): string | undefined {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  return keys.length === 1 && (keys[0] === 'Ref' || keys[0].startsWith('Fn::')) ? keys[0] : undefined;
}

/** Whether a resolved value renders nothing. */
export function isMissing(value: any): boolean {
  return value === undefined || value === null || value.Ref === 'AWS::NoValue';
}

/**
 * Renders a resolved value as one string.
 *
 * @param textOf returns the string for a function other than `Fn::Join` and `Fn::Sub`, given its name and argument
 */
export function renderIntrinsics(value: any, textOf: (name: string, argument: any) => string): string {
  const render = (part: unknown) => renderIntrinsics(part, textOf);
  const name = intrinsicOf(value);
  switch (name) {
    case undefined: return typeof value === 'string' ? value : JSON.stringify(value) ?? '';
    // The list may be a function itself.
    case 'Fn::Join': return [value[name][1]].flat().map(render).join(value[name][0]);
    case 'Fn::Sub': {
      const [text, variables = {}] = [value[name]].flat();
      return text.replace(/\$\{(!?)([^}]*)\}/g, (_: string, escaped: string, variable: string) =>
        escaped ? `\${${variable}}` : variable in variables ? render(variables[variable]) : textOf('Ref', variable));
    }
    default: return textOf(name, value[name]);
  }
}

/** Formats a value for a message, with references such as `${AWS::Region}` for its tokens. */
export function readable(scope: IConstruct, value: unknown): string {
  const textOf = (name: string, argument: any): string => {
    switch (name) {
      case 'Ref': return `\${${argument}}`;
      case 'Fn::GetAtt': return `\${${[argument].flat().join('.')}}`;
      default: return `\${${name}(${itemsOf(argument).map((part) => renderIntrinsics(part, textOf)).join(', ')})}`;
    }
  };
  return itemsOf(Stack.of(scope).resolve(value)).map((part) => renderIntrinsics(part, textOf)).join(', ');
}

/** Returns the values in lists and maps, other than functions, so that a message contains no JSON. */
function itemsOf(value: any): unknown[] {
  return typeof value === 'object' && value !== null && intrinsicOf(value) === undefined ? Object.values(value).flatMap(itemsOf) : [value];
}
