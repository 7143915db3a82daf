import { fixOf } from './reasons';
import { see } from '../../../private/help';
import { FAILED_VERSIONS_METRIC as METRIC } from '../../kinds/failed-versions';
import { metricOf } from '../lifecycle/metric';

/** What is known about a failed version. */
export interface FailedVersion {
  readonly image: string;
  readonly version: number;
  readonly imageVersionArn: string;
  /** When it failed, as EventBridge writes it. */
  readonly time: string;
  readonly containerImage?: string;
  /** The reason that SageMaker gives. */
  readonly reason?: string;
  /** Why the reason is not known. */
  readonly unknown?: string;
}

/** Renders the line in the log, which CloudWatch turns into a metric, too. */
export function lineOf({ unknown, ...known }: FailedVersion, reportedBy: string): string {
  return JSON.stringify({
    ...metricOf(METRIC, reportedBy, Date.parse(known.time)),
    message: 'image version failed',
    ...known,
    reason: known.reason ?? unknown,
    ...known.reason && fixOf(known.reason),
  });
}

/** Renders the message of Amazon SNS. */
export function messageOf(failed: FailedVersion): { Subject: string; Message: string } {
  const { image, version, imageVersionArn, time, containerImage, reason, unknown } = failed;
  const known = reason ? fixOf(reason) : undefined;
  return {
    // The maximum.
    Subject: `SageMaker image ${image}: version ${version} failed`.slice(0, 100),
    Message: [
      `Version ${version} of the SageMaker image ${image} failed at ${time}.`,
      '',
      `Reason: ${reason ?? unknown}`,
      ...known ? [`Likely fix: ${known.fix}`, `Source: ${known.source}`] : [],
      ...containerImage ? [`Container image: ${containerImage}`] : [],
      `Version: ${imageVersionArn}`,
      see('A version failed to create').slice(2),
    ].join('\n'),
  };
}
