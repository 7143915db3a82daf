import { type FailedVersion, lineOf, messageOf } from './report';
import type { FailedVersionsProperties, ImageVersionDetail } from '../../kinds/failed-versions';
import type { RuleEvent } from '../../kinds/rule-event';
import { converge, type Step } from '../converge';
import type { Clock } from '../lifecycle/clock';
import type { Reaction } from '../lifecycle/react';
import { Retries } from '../retries';
import type { Service } from '../service/client';
import { kindOf, summary } from '../service/error-kinds';
import type { Json } from '../service/json';
import { LONGEST_CALL } from '../service/longest-call';
import type { RuntimeSdk } from '../service/runtime-sdk';

/** How long to wait for the description of a version, which a rollback deletes soon, in milliseconds. */
const LONGEST_WAIT = 120_000;
const REMEDY = 'deploy again with cdk deploy --no-rollback, which keeps the failed version';
/** How long another event may be about the same failure, in milliseconds. */
const SAME_FAILURE = 300_000;

/** Reports why an image version failed: in the log, as a metric and to a topic. */
export class FailedVersions implements Reaction {
  /** By construct and version: when this process reported it, and whether the topic has the message. */
  private readonly reported = new Map<string, { readonly time: number; readonly created: unknown; sent: boolean }>();

  constructor(private readonly service: Pick<Service, 'send'>, private readonly sdk: Pick<RuntimeSdk, 'send'>, private readonly print: (line: string) => void) {}

  public async react(event: RuleEvent, clock: Clock): Promise<void> {
    const { ReportedBy, ImageNames, TopicArn } = event.Properties as unknown as FailedVersionsProperties;
    const { ImageArn, ImageVersionArn, Version } = event.Detail as unknown as ImageVersionDetail;
    const image = ImageArn.slice(ImageArn.lastIndexOf('/') + 1);
    if (ImageNames && !ImageNames.some((name) => name.toLowerCase() === image.toLowerCase())) {
      return;
    }
    const { created, ...found } = await this.describe(image, Version, clock);
    const time = Date.parse(event.Time);
    const key = `${ReportedBy} ${ImageVersionArn}`;
    const before = this.reported.get(key);
    // A number may be used again, so that the same ARN may fail again later. The time of the creation tells them apart.
    const isSame = before !== undefined && time - before.time < SAME_FAILURE && (created === undefined || created === before.created);
    const report = isSame ? before : { time, created, sent: false };
    const failed: FailedVersion = { image, version: Version, imageVersionArn: ImageVersionArn, time: event.Time, ...found };
    if (!isSame) {
      this.print(lineOf(failed, ReportedBy));
      this.reported.set(key, report);
    }
    if (TopicArn !== undefined && !report.sent) {
      await this.sdk.send('sns', 'Publish', { TopicArn, ...messageOf(failed) });
      report.sent = true;
    }
  }

  private async describe(ImageName: string, Version: number, clock: Clock): Promise<Pick<FailedVersion, 'containerImage' | 'reason' | 'unknown'> & { readonly created?: unknown }> {
    const retries = new Retries();
    try {
      const { ImageVersionStatus: status, FailureReason, BaseImage, CreationTime } = await converge<Json>({
        doing: `reading why version ${Version} of image '${ImageName}' failed`,
        remedy: () => REMEDY,
        longestRound: LONGEST_CALL,
        next: async (now): Promise<Step<Json>> => {
          try {
            const result = await this.service.send('DescribeImageVersion', { ImageName, Version });
            return result.ImageVersionStatus === 'CREATING' ? { do: 'wait', why: 'the status is still CREATING' } : { do: 'finish', result };
          } catch (error) {
            return kindOf(error) === 'missing' ? { do: 'finish', result: {} }
              : retries.after(error, now()) ?? { do: 'give up', why: summary(error), remedy: REMEDY };
          }
        },
        state: () => ({ untouched: true, description: 'nothing was changed' }),
      }, { ...clock, deadline: Math.min(clock.deadline, clock.now() + LONGEST_WAIT) });
      return {
        created: CreationTime,
        containerImage: BaseImage as string | undefined,
        reason: FailureReason as string | undefined,
        unknown: status === 'CREATE_FAILED' ? 'SageMaker gives no reason' : `the version is ${status ?? 'deleted'} already; ${REMEDY}`,
      };
    } catch (error) {
      return { unknown: (error as Error).message };
    }
  }
}
