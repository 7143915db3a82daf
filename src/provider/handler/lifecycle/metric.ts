import type { Json } from '../service/json';

/** A metric with one dimension that counts lines of the log. */
export interface CountedLines {
  readonly namespace: string;
  readonly name: string;
  readonly dimension: string;
}

/** Returns the members of a line of JSON in the log that CloudWatch turns into a metric. */
export function metricOf({ namespace, name, dimension }: CountedLines, value: string, time: number): Json {
  return {
    _aws: { Timestamp: time, CloudWatchMetrics: [{ Namespace: namespace, Dimensions: [[dimension]], Metrics: [{ Name: name, Unit: 'Count' }] }] },
    [dimension]: value,
    [name]: 1,
  };
}
