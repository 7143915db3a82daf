import { ALIASES, attachments, CONFIG, defaultOf, NIGHTLY, place, TORCH } from './names';
import { FEED } from './repository';
import { Attribute, type Resource } from './stack';
import { ALIASED_VERSION_TYPE, IMAGE_ALIAS_TYPE } from '../../../../src/provider/kinds/image-alias';
import { IMAGE_FEED_TARGETS_TYPE, IMAGE_FEED_TYPE } from '../../../../src/provider/kinds/image-feed';
import { IMAGE_RETENTION_TYPE } from '../../../../src/provider/kinds/image-retention';

/** What the team's app looks like. */
export interface Release {
  /** The content of the Dockerfile. */
  readonly content: number;
  /** What `prod` follows: `staging`, or a version. */
  readonly prod: 'staging' | number;
  /** The version of a label that comes and goes. */
  readonly canary?: number;
  /** Whether the label of a version that is never replaced is fixed, or an `ImageAlias`. */
  readonly stable?: 'fixed' | 'ImageAlias';
  /** How many of the newest versions the retention keeps. Without it, there is no retention. */
  readonly keep?: number;
  /** Whether there is a feed. */
  readonly feed: boolean;
  /** Whether the feed reads labels of container images. */
  readonly readLabels: boolean;
  /** Whether the domain follows `prod` and the feed. */
  readonly attach: boolean;
  /** What the default image of the domain follows, if it is attached. */
  readonly defaultImage?: 'prod' | 'nightly';
  /** Whether a resource after all others fails. */
  readonly fails: boolean;
}

export const FIRST_RELEASE: Release = { content: 0, prod: 'staging', feed: true, readLabels: true, attach: true, defaultImage: 'prod', fails: false };

/** What the default image follows. */
export function defaultImageOf({ attach, feed, defaultImage }: Release): Release['defaultImage'] {
  return attach && (feed || defaultImage === 'prod') ? defaultImage : undefined;
}

/** Returns the resources of the app in their order. `deployments` is how many there were, which refreshes what is read. */
export function template(release: Release, deployments: number): Resource[] {
  const { content, prod, canary, stable, feed, readLabels, attach, keep, fails } = release;
  const follows = defaultImageOf(release);
  const Refresh = deployments;
  const properties = { ...FEED, ReadLabels: readLabels };
  const aliases = ['staging', 'prod', ...canary === undefined ? [] : ['canary'], ...stable === 'ImageAlias' ? ['stable'] : []];
  const managed = [
    ...['Stable', 'Version', ...aliases, ...attach && feed ? ['Feed'] : []].map((id) => new Attribute(id, 'Version')),
    ...aliases.map((id) => new Attribute(`${id}-before`, 'AliasedVersion')),
  ];
  const alias = (id: typeof ALIASES[number], Version: unknown): Resource[] => [
    { id: `${id}-before`, type: ALIASED_VERSION_TYPE, properties: { ...TORCH, Alias: id } },
    { id, type: IMAGE_ALIAS_TYPE, properties: { ...TORCH, Alias: id, Version, FormerVersion: new Attribute(`${id}-before`, 'AliasedVersion') } },
  ];
  const defaultImage = follows && {
    ...defaultOf('torch'),
    SageMakerImageVersionArn: new Attribute(follows === 'prod' ? 'prod' : 'Feed', 'ImageVersionArn'),
    ...follows === 'nightly' && { FollowedAlias: FEED.Alias },
  };
  const broken = [{ id: 'Broken', type: 'Broken', properties: {} }];
  return [
    {
      id: 'Stable',
      type: 'AWS::SageMaker::ImageVersion',
      properties: { ...TORCH, BaseImage: 'base:stable', ...stable === 'fixed' && { Aliases: ['stable'] } },
    },
    { id: 'Version', type: 'AWS::SageMaker::ImageVersion', properties: { ...TORCH, BaseImage: `base:${content}` }, retain: true },
    ...alias('staging', new Attribute('Version', 'Version')),
    ...alias('prod', prod === 'staging' ? new Attribute('staging', 'Version') : prod),
    ...canary === undefined ? [] : alias('canary', canary),
    ...stable === 'ImageAlias' ? alias('stable', new Attribute('Stable', 'Version')) : [],
    ...feed ? [{ id: 'Feed', type: IMAGE_FEED_TYPE, properties: { ...properties, Needed: attach, Refresh } }] : [],
    ...attach ? [attachments([
      { ...TORCH, ...CONFIG, ImageVersionNumber: new Attribute('prod', 'Version') },
      ...feed ? [{ ...NIGHTLY, FollowedAlias: FEED.Alias, ImageVersionNumber: new Attribute('Feed', 'Version') }] : [],
    ], defaultImage)] : [],
    ...fails && deployments % 2 ? broken : [],
    ...attach && feed ? [{
      id: 'Targets',
      type: IMAGE_FEED_TARGETS_TYPE,
      properties: { ...properties, Places: [place([NIGHTLY], follows === 'nightly' ? defaultOf('torch') : undefined)], Refresh },
    }] : [],
    ...keep === undefined ? [] : [{
      id: 'Retention',
      type: IMAGE_RETENTION_TYPE,
      properties: { ...TORCH, Delete: { Versions: keep }, Managed: managed, Refresh },
    }],
    ...fails && deployments % 2 === 0 ? broken : [],
  ];
}
