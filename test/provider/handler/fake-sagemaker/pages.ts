import type { Json } from '../../../../src/provider/handler/service/json';
import { serviceError } from '../world';

/** One page of a list, sorted descending by default, and the token for the next one. */
export function page(field: string, items: readonly unknown[], input: Json, size: number, sortBy?: string): Json {
  const ascending = String(input.SortOrder ?? 'DESCENDING').startsWith('Asc') || input.SortOrder === 'ASCENDING';
  const value = (item: unknown) => Number((item as Json)[sortBy!]);
  const sorted = sortBy === undefined ? items : [...items].sort((one, other) => (value(one) - value(other)) * (ascending ? 1 : -1));
  const start = input.NextToken === undefined ? 0 : Number(/^after-(\d+)$/.exec(String(input.NextToken))?.[1]);
  if (Number.isNaN(start)) {
    throw serviceError('ValidationException', 'Invalid NextToken.');
  }
  const end = start + Math.min(size, Number(input.MaxResults ?? 10));
  return { [field]: sorted.slice(start, end), ...end < sorted.length && { NextToken: `after-${end}` } };
}
