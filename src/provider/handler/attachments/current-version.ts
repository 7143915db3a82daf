import type { Attachments } from './properties';
import type { Studio } from './studio';
import type { Clock } from '../lifecycle/clock';
import { log } from '../lifecycle/log';
import { Tries } from '../tries';

/**
 * Replaces the versions of entries and default images that follow a feed by the version that has its alias now.
 *
 * The properties name the version of an earlier deployment. When a rollback restores them, the feed may have made newer versions since.
 */
export async function withCurrentVersions(attachments: Attachments, studio: Pick<Studio, 'version'>, clock: Clock): Promise<Attachments> {
  const tries = new Tries(clock);
  const reads = new Map<string, Promise<number | undefined>>();
  const numberOf = (ImageName: string, Alias: string): Promise<number | undefined> => {
    const key = `${ImageName}/${Alias}`;
    const read = reads.get(key) ?? tries.of('DescribeImageVersion', () => studio.version({ ImageName, Alias })).then((version) => version?.number);
    reads.set(key, read);
    return read;
  };
  const entries = await Promise.all(attachments.entries.map(async (entry) => {
    const { image, followedAlias } = entry;
    const number = followedAlias === undefined ? undefined : await numberOf(image.ImageName, followedAlias);
    return number === undefined ? entry : { ...entry, image: { ...image, ImageVersionNumber: number } };
  }));
  const defaults = await Promise.all(attachments.defaults.map(async (one) => {
    const { image: { SageMakerImageArn, SageMakerImageVersionArn: arn }, followedAlias } = one;
    const number = followedAlias === undefined ? undefined : await numberOf(SageMakerImageArn.split('/')[1], followedAlias);
    return number === undefined ? one : { ...one, image: { SageMakerImageArn, SageMakerImageVersionArn: arn?.replace(/\d+$/, String(number)) } };
  }));
  if (tries.failed.length > 0) {
    log('the version with the alias of a feed is not known, so that of the deployment is used', { why: tries.failed });
  }
  return { ...attachments, entries, defaults };
}
