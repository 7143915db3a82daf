import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type { Property, PropertyType, Resource, SpecDatabase } from '@aws-cdk/service-spec-types';

let database: SpecDatabase | undefined;

/** Returns the CloudFormation registry schemas that the CDK generates its L1s from. */
export function specDatabase(): SpecDatabase {
  return (database ??= loadAwsServiceSpecSync());
}

/** Returns the schema of a resource type. */
export function specOf(cloudFormationType: string): Resource {
  return specDatabase().lookup('resource', 'cloudFormationType', 'equals', cloudFormationType).only();
}

/** Returns the unknown, missing and mistyped properties among rendered properties. */
export function specProblems(cloudFormationType: string, properties: Record<string, unknown>): string[] {
  return problemsOf(cloudFormationType, specOf(cloudFormationType).properties, properties);
}

function problemsOf(path: string, spec: Record<string, Property>, rendered: Record<string, unknown>): string[] {
  return [
    ...Object.keys(rendered).filter((name) => !(name in spec)).map((name) => `${path}.${name} is unknown`),
    ...Object.entries(spec).filter(([name, { required }]) => required && rendered[name] === undefined).map(([name]) => `${path}.${name} is missing`),
    ...Object.entries(rendered).filter(([name]) => name in spec).flatMap(([name, value]) => valueProblems(`${path}.${name}`, spec[name].type, value)),
  ];
}

function valueProblems(path: string, type: PropertyType, value: any): string[] {
  // Only the deployment knows the value of a function.
  if (typeof value === 'object' && value !== null && /^(Ref|Fn::\w+)$/.test(Object.keys(value).join())) {
    return [];
  }
  switch (type.type) {
    case 'ref': return problemsOf(path, specDatabase().get('typeDefinition', type.reference.$ref).properties, value);
    case 'array': return Array.isArray(value) ? value.flatMap((item) => valueProblems(path, type.element, item)) : [`${path} must be a list`];
    case 'map': return Object.entries(value).flatMap(([key, item]) => valueProblems(`${path}.${key}`, type.element, item));
    case 'integer': return Number.isInteger(value) ? [] : [`${path} must be an integer`];
    case 'boolean': return typeof value === 'boolean' ? [] : [`${path} must be a boolean`];
    case 'string': return typeof value !== 'string' ? [`${path} must be a string`]
      : type.allowedValues?.includes(value) ?? true ? [] : [`${path} must be one of ${type.allowedValues}`];
    default: return [];
  }
}
