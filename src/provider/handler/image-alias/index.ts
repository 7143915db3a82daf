import type { RawProperties } from './model';
import { moveAlias } from './move';
import { formerIn, type ImageAliasTarget, isIdOf, parse, physicalIdOf } from './properties';
import type { Clock } from '../lifecycle/clock';
import type { CustomResourceEvent } from '../lifecycle/event';
import { Failure } from '../lifecycle/failure';
import type { Attributes, Kind } from '../lifecycle/kind';
import { log } from '../lifecycle/log';
import type { Service } from '../service/client';

/** An alias of an image that this stack keeps on one version. */
export class ImageAlias implements Kind {
  /** The versions that had the alias when it was created, by the id of the request. Another run of a request may need them. */
  private readonly former = new Map<string, number>();

  constructor(private readonly service: Pick<Service, 'send'>) {}

  public physicalId({ RequestId, PhysicalResourceId, ResourceProperties }: CustomResourceEvent): string {
    const target = parse(ResourceProperties);
    return isIdOf(PhysicalResourceId, target) ? PhysicalResourceId! : physicalIdOf(target, this.former.get(RequestId));
  }

  public async run(event: CustomResourceEvent, clock: Clock): Promise<Attributes | void> {
    const { RequestType, RequestId, PhysicalResourceId, ResourceProperties, OldResourceProperties = {} } = event;
    if (RequestType === 'Delete') {
      return this.remove(PhysicalResourceId!, ResourceProperties, clock);
    }
    const target = parse(ResourceProperties);
    const isNew = !isIdOf(PhysicalResourceId, target);
    const home = isNew ? this.former.get(RequestId) : ifValid(OldResourceProperties)?.version;
    const { former, attributes } = await moveAlias(this.service, { ...target, home }, clock, (found) => {
      if (isNew && found !== undefined && !this.former.has(RequestId)) {
        this.former.set(RequestId, found);
      }
    });
    const Report = report(target, former, isNew ? former : home);
    log(`the alias is ${Report}`);
    return { ...attributes, Report };
  }

  /** Removes the alias if it is where this stack put it. A creation that is undone returns it. */
  private async remove(id: string, properties: RawProperties, clock: Clock): Promise<void> {
    const target = ifValid(properties);
    if (!target || !isIdOf(id, target)) {
      // CloudFormation got no response to the creation, so the alias may have been there before.
      return log('the alias is left where it is', { physicalId: id });
    }
    const { version, ...alias } = target;
    const former = formerIn(id, target);
    if (former !== version) {
      await moveAlias(this.service, { ...alias, version: former, onlyFrom: version }, clock);
    }
  }
}

/** Says where the alias was. */
function report({ version }: ImageAliasTarget, former: number | undefined, expected: number | undefined): string {
  return former === undefined || former === version ? `on version ${version}`
    : `on version ${version}, moved from version ${former}${former === expected ? '' : `, where somebody else had put it (it was expected on version ${expected})`}`;
}

/** Returns `undefined` if the properties are not valid. */
function ifValid(properties: RawProperties): ImageAliasTarget | undefined {
  try {
    return parse(properties);
  } catch (error) {
    if (error instanceof Failure) {
      return undefined;
    }
    throw error;
  }
}
