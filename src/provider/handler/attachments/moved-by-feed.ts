import { isDefault } from './default-image';
import { specIn } from './defaults';
import { isSame, listIn } from './images';
import type { Attached, Blocks, Default, Entry } from './model';
import type { Studio } from './studio';
import { candidateOf } from '../image-feed/order';
import { timeIn } from '../image-feed/release-notes';
import { log } from '../lifecycle/log';
import { summary } from '../service/error-kinds';

/** A version that is found where the template had another one. */
interface Found {
  readonly imageName: string;
  readonly alias: string;
  /** That of the last deployment. */
  readonly former: number;
  readonly number: number;
}

/** The read that shows whether a feed attached a version has failed. */
export class UnknownOwner extends Error {
  constructor({ imageName, alias, number }: Found, public readonly reason: unknown) {
    super(`version ${number} of image '${imageName}' is attached, and whether its feed with alias '${alias}' did that cannot be read (${summary(reason)})`);
  }
}

/**
 * Finds what an update has to remove in another version than that of the last deployment, because a feed moved it since.
 *
 * Another version may also be the one of somebody else, which made a deployment fail that is now rolled back. A feed moves only to
 * what was pushed later, or to the version with its alias.
 */
export class MovedByFeed {
  private readonly known = new Map<string, boolean>();

  /** @param removed what the update removes */
  constructor(private readonly studio: Pick<Studio, 'version'>, private readonly removed: Attached) {}

  /** @throws UnknownOwner */
  public async in(blocks: Blocks): Promise<Attached> {
    const entries: Entry[] = [];
    for (const entry of this.removed.entries) {
      const { image, settings, app, followedAlias: alias } = entry;
      const number = listIn(blocks[settings], app).find((one) => isSame(image, one))?.ImageVersionNumber as number | undefined;
      if (await this.isOurs(image.ImageName, alias, image.ImageVersionNumber, number)) {
        entries.push({ ...entry, image: { ...image, ImageVersionNumber: number } });
      }
    }
    const defaults: Default[] = [];
    for (const one of this.removed.defaults) {
      const { image, followedAlias: alias } = one;
      const spec = specIn(blocks, one);
      const arn = spec.SageMakerImageVersionArn;
      const isImage = isDefault(spec, image, 'any version');
      if (isImage && await this.isOurs(image.SageMakerImageArn.split('/')[1], alias, numberIn(image.SageMakerImageVersionArn), numberIn(arn))) {
        defaults.push({ ...one, image: { ...image, SageMakerImageVersionArn: arn as string } });
      }
    }
    return { entries, defaults };
  }

  private async isOurs(imageName: string, alias?: string, former?: number, number?: number): Promise<boolean> {
    if (alias === undefined || former === undefined || number === undefined || number === former) {
      return false;
    }
    const found = { imageName, alias, former, number };
    const key = JSON.stringify(found);
    const isOurs = this.known.get(key) ?? await this.isOfFeed(found).catch((error) => { throw new UnknownOwner(found, error); });
    if (!this.known.has(key)) {
      log(isOurs ? 'a feed moved this' : 'leaving what somebody else attached', { ...found });
      this.known.set(key, isOurs);
    }
    return isOurs;
  }

  private async isOfFeed({ imageName: ImageName, alias: Alias, former, number }: Found): Promise<boolean> {
    const version = await this.studio.version({ ImageName, Version: number });
    if (!version) {
      return number > former;
    }
    if (timeIn(version.notes) !== undefined) {
      const before = await this.studio.version({ ImageName, Version: former });
      if (!before || candidateOf(version).time > candidateOf(before).time) {
        return true;
      }
    }
    return (await this.studio.version({ ImageName, Alias }))?.number === number;
  }
}

function numberIn(versionArn: unknown): number | undefined {
  const [, number] = /\/(\d+)$/.exec(String(versionArn)) ?? [];
  return number === undefined ? undefined : Number(number);
}
