import type { Feed, Push } from './model';
import type { EcrImageAction, ImageFeedMetadata, ImageFeedProperties } from '../../kinds/image-feed';
import { Failure } from '../lifecycle/failure';

/** The properties before validation. */
export type RawProperties = { readonly [name in keyof ImageFeedProperties]?: unknown };

/**
 * Parses the properties. CloudFormation sends booleans as strings.
 *
 * @throws Failure that lists all problems
 */
export function parse(properties: RawProperties): Feed {
  const { Tags, Metadata = {}, ReadLabels, Needed } = properties;
  const names = ['ImageName', 'Alias', 'RepositoryName', 'RepositoryUri', 'ReportedAs'] as const;
  const problems = names.filter((name) => typeof properties[name] !== 'string' || !properties[name])
    .map((name) => `${name} must be a non-empty string, got ${JSON.stringify(properties[name])}`);
  if (!Array.isArray(Tags) || Tags.length === 0) {
    problems.push(`Tags must be a list of patterns, got ${JSON.stringify(Tags)}`);
  }
  if (problems.length > 0) {
    throw new Failure(`the image feed properties are not valid: ${problems.join(', ')}; nothing was changed; correct them and deploy again`, true);
  }
  const { Horovod, ...metadata } = Metadata as Record<string, unknown>;
  return {
    ...Object.fromEntries(names.map((name) => [name, properties[name]])) as Pick<Feed, typeof names[number]>,
    Tags: Tags as string[],
    Metadata: { ...metadata as ImageFeedMetadata, ...Horovod !== undefined && { Horovod: isTrue(Horovod) } },
    ReadLabels: isTrue(ReadLabels),
    Needed: isTrue(Needed),
  };
}

/** Returns the push of an event. */
export function pushOf(detail: { readonly [name in keyof EcrImageAction]?: unknown }, time: string): Push {
  return { digest: String(detail['image-digest']), tag: String(detail['image-tag']), time: Date.parse(time) / 1_000 };
}

export function physicalIdOf({ ImageName, Alias }: Pick<Feed, 'ImageName' | 'Alias'>): string {
  return `${ImageName}/feed/${Alias}`;
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}
