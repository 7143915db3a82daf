import { Annotations, aws_sagemaker as sagemaker, CfnResource, Stack, Stage } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { Attached } from './attached';
import { appSettingsOf, describePlace, ExistingPlace, MAX_IMAGES } from './places';
import { groupBy } from '../../private/collections';
import { DeploymentOrder } from '../../private/deployment-order';
import { resolveReferences } from '../../private/references';

/** An attachment to something that exists already. */
interface ExistingAttachment {
  readonly attachment: Construct;
  readonly place: ExistingPlace;
  readonly what: Attached;
  readonly resource: CfnResource;
}

/**
 * All attachments of an app (or of one of its stages) to domains that exist already, so that those to one domain are put
 * in order and checked together.
 */
export class ExistingAttachments {
  /** The attachments beside the given construct. */
  public static of(scope: IConstruct): ExistingAttachments {
    const stage = Stage.of(scope) ?? scope.node.root;
    const instance = ExistingAttachments.instances.get(stage) ?? new ExistingAttachments(stage);
    ExistingAttachments.instances.set(stage, instance);
    return instance;
  }

  private static readonly instances = new WeakMap<IConstruct, ExistingAttachments>();

  /** In the order of declaration. */
  private readonly attachments: ExistingAttachment[] = [];

  private constructor(private readonly stage: IConstruct) {
    // Validation is the first moment at which all dependencies are known, those that references imply included.
    stage.node.addValidation({ validate: () => this.validate() });
  }

  public add(attachment: ExistingAttachment): void {
    this.attachments.push(attachment);
  }

  private validate(): string[] {
    const order = new DeploymentOrder(this.stage);
    // A domain is updated once at a time, and nothing in it meanwhile.
    return [...groupBy(this.attachments, domainKey).values()].flatMap((ofDomain) => {
      order.lay(ofDomain.map(({ resource }) => resource));
      ofDomain.forEach(warnOfPlaceOfThisApp);
      return [...groupBy(ofDomain, listKey).values()].flatMap((ofList) => [...tooMany(ofList), ...twice(ofList)]);
    });
  }
}

/** The same for all attachments to one domain, whichever stack they are in. */
function domainKey({ attachment, place }: ExistingAttachment): string {
  return JSON.stringify([Stack.of(attachment).environment, known(attachment, place.domainId)]);
}

/** The same for all attachments to one list of one domain. */
function listKey({ attachment, place, what }: ExistingAttachment): string {
  return JSON.stringify([place.settings, what.appType, known(attachment, [place.userProfileName, place.spaceName])]);
}

function tooMany(ofList: ExistingAttachment[]): string[] {
  const [{ attachment, place, what: { appType } }] = ofList;
  const max = MAX_IMAGES[place.settings][appType]!;
  return ofList.length > max
    ? [`${ofList.length} images are attached to ${appSettingsOf(appType)} of ${place.settings} of ${describePlace(place)}, `
      + `at most ${max} are allowed: detach some, for example ${attachment.node.path}`]
    : [];
}

/** An entry is found again by its image and its configuration. */
function twice(ofList: ExistingAttachment[]): string[] {
  const entryKey = ({ attachment, what: { image } }: ExistingAttachment) =>
    JSON.stringify(known(attachment, [image.imageName, image.appImageConfigName])).toLowerCase();
  return [...groupBy(ofList, entryKey).values()].flatMap(([first, ...others]) => others.map(({ attachment, place }) =>
    `${attachment.node.path} attaches the image and the app image config of ${first.attachment.node.path} to the same list of `
    + `${describePlace(place)}: remove one of them, or give it an app image config of its own`));
}

/** Its template would put back what it says whenever it changes. */
function warnOfPlaceOfThisApp({ attachment, place }: ExistingAttachment): void {
  const { targets } = resolveReferences([place.domainId, place.userProfileName, place.spaceName], attachment);
  // Those of a profile or space of this app may name its domain too.
  const [owned] = KINDS.flatMap((kind) => targets.filter(kind.isOne).map(({ node }) => ({ ...kind, path: node.path })));
  if (owned) {
    Annotations.of(attachment).addWarningV2('cdk-sagemaker-images:studioDomainOfThisApp',
      `the ${owned.name} is ${owned.path} of this app: attach to it by ${owned.target}, `
      + 'since an update of its settings by CloudFormation may take the image out again; '
      + 'if this attachment is deployed already, remove it in one deployment, and add the other in the next');
  }
}

const KINDS = [
  { name: 'user profile', isOne: sagemaker.CfnUserProfile.isCfnUserProfile, target: 'StudioTarget.userProfile' },
  { name: 'space', isOne: sagemaker.CfnSpace.isCfnSpace, target: 'StudioTarget.space' },
  { name: 'domain', isOne: sagemaker.CfnDomain.isCfnDomain, target: 'StudioTarget.domain and the like' },
];

function known(scope: Construct, value: unknown): unknown {
  return resolveReferences(value, scope).value;
}
