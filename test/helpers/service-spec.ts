import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type { Property, PropertyType, Resource, SpecDatabase } from '@aws-cdk/service-spec-types';

let database: SpecDatabase | undefined;

/** The CloudFormation registry schemas, as the CDK makes its L1s of them. */
export function specDatabase(): SpecDatabase {
  return (database ??= loadAwsServiceSpecSync());
}

/** What CloudFormation knows of a resource type. */
export function specOf(cloudFormationType: string): Resource {
  return specDatabase().lookup('resource', 'cloudFormationType', 'equals', cloudFormationType).only();
}

/** What is unknown to CloudFormation in rendered properties, and what it asks for and misses. */
export function specProblems(cloudFormationType: string, properties: Record<string, unknown>): string[] {
  return problemsOf(cloudFormationType, specOf(cloudFormationType).properties, properties);
}

function problemsOf(path: string, spec: Record<string, Property>, given: Record<string, unknown>): string[] {
  return [
    ...Object.keys(given).filter((name) => !(name in spec)).map((name) => `${path}.${name} is unknown`),
    ...Object.entries(spec).filter(([name, { required }]) => required && given[name] === undefined).map(([name]) => `${path}.${name} is missing`),
    ...Object.entries(given).filter(([name]) => name in spec).flatMap(([name, value]) => valueProblems(`${path}.${name}`, spec[name].type, value)),
  ];
}

function valueProblems(path: string, type: PropertyType, value: any): string[] {
  switch (type.type) {
    case 'ref': return problemsOf(path, specDatabase().get('typeDefinition', type.reference.$ref).properties, value);
    case 'array': return Array.isArray(value) ? value.flatMap((item) => valueProblems(path, type.element, item)) : [`${path} is no list`];
    case 'integer': return Number.isInteger(value) ? [] : [`${path} is no integer`];
    case 'string': return typeof value === 'string' ? [] : [`${path} is no string`];
    default: return [];
  }
}
