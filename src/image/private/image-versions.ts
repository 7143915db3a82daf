import { Annotations, CfnResource, Stack, Stage, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { imageNameOf, lowerCase } from './image-facts';
import { chain, orderSiblings } from './version-order';
import { quote } from '../../private/problems';
import type { ImageVersion } from '../image-version';

/** A version and what its siblings have to know of it. */
export interface VersionEntry {
  readonly version: ImageVersion;
  readonly resource: CfnResource;
  readonly aliases: string[];
  readonly imageUri: string;
  /** The sibling that this one was made to wait for. */
  previous?: VersionEntry;
}

/**
 * All image versions of an app (or of one of its stages), so that siblings are put in order and checked together.
 *
 * Siblings are the versions of one image, however it was referred to.
 */
export class ImageVersions {
  /** The versions beside the given construct. */
  public static of(scope: IConstruct): ImageVersions {
    const stage = Stage.of(scope) ?? scope.node.root;
    let versions = ImageVersions.instances.get(stage);
    if (!versions) {
      versions = new ImageVersions(stage);
      ImageVersions.instances.set(stage, versions);
    }
    return versions;
  }

  private static readonly instances = new WeakMap<IConstruct, ImageVersions>();

  /** By image and stack, the last version that was declared. */
  private readonly last = new Map<string, Map<Stack, VersionEntry>>();
  /** By image, in the order of declaration. */
  private readonly siblings = new Map<string, VersionEntry[]>();

  private constructor(stage: IConstruct) {
    // Validation is the first moment at which all dependencies are known, those that references imply included.
    stage.node.addValidation({ validate: () => [...this.siblings.values()].flatMap(checkSiblings) });
  }

  /** Adds a version, which waits for the siblings that are there already. */
  public add(entry: VersionEntry): void {
    const key = imageKey(entry.version);
    const siblings = this.siblings.get(key) ?? [];
    this.siblings.set(key, siblings);
    siblings.push(entry);

    const last = this.last.get(key) ?? new Map<Stack, VersionEntry>();
    this.last.set(key, last);
    const stack = Stack.of(entry.version);
    chain(entry, last.get(stack));
    last.set(stack, entry);
  }
}

/** The same for all references to one image: imports by name or ARN, an L1, an L2. */
function imageKey({ image }: ImageVersion): string {
  const name = lowerCase(imageNameOf(image));
  const parts = [image.env.account, image.env.region, name];
  return JSON.stringify(Token.isUnresolved(name) ? Stack.of(image).resolve(parts) : parts);
}

function checkSiblings(siblings: VersionEntry[]): string[] {
  orderSiblings(siblings);
  warnOfSharedContainerImages(siblings);
  return sharedAliases(siblings);
}

/** An alias names one version of an image. */
function sharedAliases(siblings: VersionEntry[]): string[] {
  const holders = new Map<string, VersionEntry>();
  return siblings.flatMap((entry) => entry.aliases.flatMap((alias) => {
    const holder = holders.get(alias);
    if (!holder) {
      holders.set(alias, entry);
      return [];
    }
    return [`alias ${quote(alias)} of ${entry.version.node.path} is already the alias of ${holder.version.node.path}: `
      + 'an alias names one version of an image, so give it to one of them'];
  }));
}

/** The developer guide says not to make two versions of one container image. */
function warnOfSharedContainerImages(siblings: VersionEntry[]): void {
  const holders = new Map<string, VersionEntry>();
  for (const entry of siblings) {
    const holder = holders.get(entry.imageUri);
    if (holder) {
      Annotations.of(entry.version).addWarningV2('cdk-sagemaker-images:sharedContainerImage',
        `the base image is that of ${holder.version.node.path} too: SageMaker advises against two versions of one container image`);
    } else {
      holders.set(entry.imageUri, entry);
    }
  }
}
