import type { Push, StoredImage } from './model';

/** Tags of signatures and attestations, which tools push next to a container image. */
const OF_TOOLS = /^sha256-[0-9a-f]{64}/;
/** The types of container images. An index has none. */
const CONTAINER = /^application\/vnd\.(oci\.image\.config|docker\.container\.image)\./;

/** Whether something that was pushed is a container image, and not a chart or a signature, for example. */
export function isContainerImage(tag: string, artifactMediaType: string | undefined): boolean {
  return !OF_TOOLS.test(tag) && (!artifactMediaType || CONTAINER.test(artifactMediaType));
}

/** Returns the container image with a tag that matches that was pushed last, as far as ECR tells. */
export function newestPush(images: readonly StoredImage[], patterns: readonly string[]): Push | undefined {
  const follows = following(patterns);
  return images.flatMap(({ imageDigest: digest, imageTags = [], imagePushedAt, imageStatus, artifactMediaType }) => {
    const tag = imageTags.find((one) => isContainerImage(one, artifactMediaType) && follows(one));
    const time = Number(imagePushedAt) / (imagePushedAt instanceof Date ? 1_000 : 1);
    return digest && tag && time > 0 && imageStatus !== 'ARCHIVED' ? [{ digest, tag, time }] : [];
  }).reduce((best: Push | undefined, one) => best && best.time >= one.time ? best : one, undefined);
}

/** Returns whether a tag matches one of some patterns. */
export function following(patterns: readonly string[]): (tag: string) => boolean {
  return (tag) => patterns.some((pattern) => matches(tag, pattern));
}

/** Whether a tag matches a pattern, in which `*` stands for any characters. */
export function matches(tag: string, pattern: string): boolean {
  const [first, ...rest] = pattern.split('*');
  if (rest.length === 0) {
    return tag === first;
  }
  const last = rest.pop()!;
  let position = first.length;
  for (const part of rest) {
    const found = tag.indexOf(part, position);
    if (found < 0) {
      return false;
    }
    position = found + part.length;
  }
  return tag.startsWith(first) && tag.endsWith(last) && tag.length - last.length >= position;
}
