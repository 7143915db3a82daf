import { Annotations, Stack, Stage, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { imageNameOf } from './image-facts';
import { VersionResource } from './version-resource';
import { groupBy } from '../../private/collections';
import { DeploymentOrder } from '../../private/deployment-order';
import { quote } from '../../private/problems';
import { resolveReferences } from '../../private/references';
import type { ImageVersion } from '../image-version';

/** A version and what its siblings have to know of it. */
export interface VersionEntry {
  readonly version: ImageVersion;
  readonly resource: VersionResource;
  readonly aliases?: string[];
  readonly imageUri: string;
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

  /** In the order of declaration. */
  private readonly entries: VersionEntry[] = [];

  private constructor(private readonly stage: IConstruct) {
    // Validation is the first moment at which all dependencies are known, those that references imply included.
    stage.node.addValidation({ validate: () => this.validate() });
  }

  public add(entry: VersionEntry): void {
    this.entries.push(entry);
  }

  private validate(): string[] {
    const order = new DeploymentOrder(this.stage, (resource) => resource instanceof VersionResource && !resource.isReferenced);
    return [...groupBy(this.entries, imageKey).values()].flatMap((siblings) => {
      order.lay(siblings.map(({ resource }) => resource));
      warnOfSharedContainerImages(siblings);
      return sharedAliases(siblings);
    });
  }
}

/** The same for all references to one image: imports by name or ARN, an L1, an L2. A version is always made where its image is. */
function imageKey({ version }: VersionEntry): string {
  const name = imageNameOf(version.image);
  const known = Token.isUnresolved(name) ? resolveReferences(name, version).value : name;
  return JSON.stringify([Stack.of(version).environment, typeof known === 'string' ? known.toLowerCase() : known]);
}

/** An alias names one version of an image. */
function sharedAliases(siblings: VersionEntry[]): string[] {
  const holders = new Map<string, VersionEntry>();
  return siblings.flatMap((entry) => knownAliases(entry).flatMap((alias) => {
    const holder = holders.get(alias);
    if (!holder) {
      holders.set(alias, entry);
      return [];
    }
    return [`alias ${quote(alias)} of ${entry.version.node.path} is already the alias of ${holder.version.node.path}: `
      + 'an alias names one version of an image, so give it to one of them'];
  }));
}

function knownAliases({ version, aliases }: VersionEntry): string[] {
  const known = Token.isUnresolved(aliases) ? Stack.of(version).resolve(aliases) : aliases;
  return Array.isArray(known) ? [...new Set<string>(known.filter((alias) => !Token.isUnresolved(alias)))] : [];
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
