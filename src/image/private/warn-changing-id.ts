import { aws_sagemaker as sagemaker, CfnDeletionPolicy, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { parseEcrUri } from './ecr-uri';
import { ownerOf } from '../../private/dependencies';
import { quote } from '../../private/problems';
import { isUnknown } from '../../private/unknown';
import { warn } from '../../private/warnings';
import type { ImageVersion } from '../image-version';

/**
 * Warns of versions whose ids change with their container images: the next release then deletes the former version, instead of
 * keeping it.
 *
 * Such an id contains the hash of an asset, or another hexadecimal number of 8 or more letters and digits. If the image has no
 * other version in the app, a tag is such an id too. Otherwise, the app probably lists all of its versions by their tags.
 */
export function warnOfChangingIds(siblings: sagemaker.CfnImageVersion[]): void {
  siblings.filter((version) => !isRetained(version)).forEach((version) => {
    const owner = ownerOf(version);
    const tag = tagOf(version, owner);
    const id = siblings.length === 1 && owner.node.id === tag ? tag : idsOf(owner).find(hasHash);
    if (id !== undefined) {
      warn(owner, 'versionIdChanges', `the id ${quote(id)} seems to change with the container image, and another id deletes this version in the next deployment, `
        + 'even if notebooks use it: give an id that stays the same, or removalPolicy RETAIN_ON_UPDATE_OR_DELETE');
    }
  });
}

function isRetained({ cfnOptions: { deletionPolicy } }: sagemaker.CfnImageVersion): boolean {
  return deletionPolicy === CfnDeletionPolicy.RETAIN || deletionPolicy === CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE;
}

/** Returns the ids that the logical id consists of. */
function idsOf(owner: IConstruct): string[] {
  const { scopes } = owner.node;
  return scopes.slice(scopes.indexOf(Stack.of(owner)) + 1).map(({ node }) => node.id);
}

/** Returns the tag of the container image if it is known. */
function tagOf({ baseImage }: sagemaker.CfnImageVersion, owner: IConstruct): string | undefined {
  const tag = (owner as Partial<ImageVersion>)._source?.tag ?? (isUnknown(baseImage) ? undefined : parseEcrUri(baseImage)?.tag);
  // A tag without a digit is probably pushed again, so the id stays the same.
  return isUnknown(tag) || !/\d/.test(tag ?? '') ? undefined : tag;
}

/**
 * Whether an id contains a hash. Words such as 'decade2024' change between letters and digits only once, and several words, such as
 * 'A100Bf16', have letters of both cases.
 */
function hasHash(id: string): boolean {
  return (id.match(/[0-9a-f]{8,}|[0-9A-F]{8,}/g) ?? []).some((run) => run.split(/(?<=\d)(?=\D)|(?<=\D)(?=\d)/).length > 2);
}
