import { hasFixedAlias } from './fixed-alias';
import type { RawProperties } from './model';
import { moveAlias } from './move';
import { heirOf, type ImageAliasTarget, isIdOf, parse, physicalIdOf } from './properties';
import { NONE } from '../../kinds/image-alias';
import type { Clock } from '../lifecycle/clock';
import type { CustomResourceEvent } from '../lifecycle/event';
import type { Attributes, Kind } from '../lifecycle/kind';
import { log } from '../lifecycle/log';
import type { Service } from '../service/client';
import type { RuntimeSdk } from '../service/runtime-sdk';
import { Tries } from '../tries';

/** How long a creation that CloudFormation canceled may go on, in milliseconds. It takes less, unless SageMaker does not respond. */
const CANCELED = 20_000;

/** An alias of an image that this stack keeps on one version. */
export class ImageAlias implements Kind {
  constructor(private readonly service: Pick<Service, 'send'>, private readonly sdk: Pick<RuntimeSdk, 'send'>) {}

  public physicalId({ PhysicalResourceId, ResourceProperties }: CustomResourceEvent, attributes?: Attributes): string {
    const target = parse(ResourceProperties);
    return isIdOf(PhysicalResourceId, target) ? PhysicalResourceId!
      : physicalIdOf(target, attributes ? attributes.FormerVersion as ImageAliasTarget['former'] : target.former);
  }

  public async run(event: CustomResourceEvent, clock: Clock): Promise<Attributes | void> {
    const { RequestType, PhysicalResourceId, ResourceProperties, OldResourceProperties = {} } = event;
    if (RequestType === 'Delete') {
      return this.remove(event, clock);
    }
    const target = parse(ResourceProperties);
    const { imageName, alias, version, former: known } = target;
    const isNew = !isIdOf(PhysicalResourceId, target);
    const home = isNew ? numberOf(known) : ifValid(OldResourceProperties)?.version;
    const { former: found, attributes } = await moveAlias(this.service, { imageName, alias, version, home }, clock);
    // A run before this one may have moved the alias, and was killed before it responded.
    const former = isNew && found === version && known !== undefined ? home : found;
    const Report = report(version, former, home ?? former);
    log(`the alias is ${Report}`);
    return { ...attributes, FormerVersion: former ?? NONE, Report };
  }

  /** Removes the alias if it is where this stack put it, or returns it if it was taken over in the creation. */
  private async remove({ PhysicalResourceId: id, ResourceProperties, StackId }: CustomResourceEvent, clock: Clock): Promise<void> {
    const target = ifValid(ResourceProperties);
    const heir = target && heirOf(id!, target);
    if (!target || heir === undefined) {
      return log('the alias is left where it is', { physicalId: id });
    }
    const { imageName, alias, version } = target;
    if (heir === version) {
      return;
    }
    if (await this.isFixed(StackId, target, clock)) {
      return log('the alias is left where it is, because the template of the stack gives it to a version', { image: imageName, alias });
    }
    if (!isIdOf(id, target)) {
      await clock.sleep(CANCELED);
    }
    await moveAlias(this.service, { imageName, alias, version: numberOf(heir), onlyFrom: version }, clock);
  }

  /** Whether the template that the stack has now gives the alias to a version itself. If that cannot be read, it does not. */
  private async isFixed(StackName: string, target: ImageAliasTarget, clock: Clock): Promise<boolean> {
    const tries = new Tries(clock);
    const response = await tries.of('GetTemplate', () => this.sdk.send('cloudFormation', 'GetTemplate', { StackName, TemplateStage: 'Processed' }));
    try {
      return response !== undefined && hasFixedAlias(JSON.parse(String(response.TemplateBody)), target);
    } catch {
      tries.failed.push('GetTemplate (the template is not JSON)');
      return false;
    } finally {
      if (tries.failed.length > 0) {
        log('the template of the stack is not known, so that a version in it that has the alias too may lose it', { why: tries.failed });
      }
    }
  }
}

function numberOf(version: number | typeof NONE | undefined): number | undefined {
  return version === NONE ? undefined : version;
}

/** Says where the alias was. */
function report(version: number, former: number | undefined, expected: number | undefined): string {
  return former === undefined || former === version ? `on version ${version}`
    : `on version ${version}, moved from version ${former}${former === expected ? '' : `, where somebody else had put it (it was expected on version ${expected})`}`;
}

/** Returns `undefined` if the properties are not valid. */
function ifValid(properties: RawProperties): ImageAliasTarget | undefined {
  try {
    return parse(properties);
  } catch {
    return undefined;
  }
}
