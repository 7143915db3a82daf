import { page } from './pages';
import type { Json } from '../../../../src/provider/handler/service/json';
import { serviceError, type World } from '../world';

export interface ImageBehaviour {
  /** What happens to an alias that another version has. @default 'refuse' */
  readonly takenAlias?: 'refuse' | 'move';
  /** How long a version is CREATING or DELETING, in milliseconds. @default 0, it changes at once */
  readonly versionTime?: () => number;
  /** Why the creation of a version fails, if it does. */
  readonly failure?: (input: Json) => string | undefined;
  /** Returns the container image of a base image. */
  readonly resolve?: (baseImage: string) => string;
  /** Whether the number of a deleted latest version is used again. @default false */
  readonly reusesNumbers?: boolean;
  /** What is latest when no version is named. @default 'highest' */
  readonly latest?: 'highest' | 'highest created';
  /** Whether a version is refused to be deleted. */
  readonly keeps?: (image: string, version: number) => string | undefined;
}

interface Version {
  readonly number: number;
  readonly baseImage: string;
  readonly token?: unknown;
  created: number;
  metadata: Json;
  modified: number;
  status: string;
  due: number;
  failure?: string;
}

interface Image {
  readonly name: string;
  readonly versions: Map<number, Version>;
  readonly aliases: Map<string, number>;
  last: number;
}

const METADATA = ['VendorGuidance', 'JobType', 'MLFramework', 'ProgrammingLang', 'Processor', 'Horovod', 'ReleaseNotes'];
/** 2026-01-01 in seconds since 1970. */
const START = 1_767_225_600;

/** The images of a fake SageMaker, with their versions and aliases. */
export class FakeImages {
  private readonly images = new Map<string, Image>();

  public readonly operations: Readonly<Record<string, (input: Json) => Json>> = {
    DescribeImage: (input) => {
      const { name } = this.image(input);
      return { ImageName: name, ImageArn: this.arn(`image/${name}`), ImageStatus: 'CREATED', CreationTime: START, LastModifiedTime: START };
    },
    CreateImageVersion: (input) => this.create(input),
    DescribeImageVersion: (input) => {
      const image = this.image(input);
      const version = this.select(image, input, true);
      return { ...this.summary(image, version), BaseImage: version.baseImage, ...version.metadata, ...this.container(version) };
    },
    UpdateImageVersion: (input) => this.update(input),
    DeleteImageVersion: (input) => this.delete(input),
    ListImageVersions: (input) => {
      const image = this.image(input);
      const sortBy = input.SortBy === 'VERSION' ? 'Version' : input.SortBy === 'LAST_MODIFIED_TIME' ? 'LastModifiedTime' : 'CreationTime';
      return page('ImageVersions', [...image.versions.values()].map((version) => this.summary(image, version)), input, this.pageSize, sortBy);
    },
    ListAliases: (input) => {
      const image = this.image(input);
      const number = input.Version === undefined && input.Alias === undefined ? undefined : this.select(image, input, false).number;
      const names = [...image.aliases].filter(([, holder]) => number === undefined || holder === number).map(([name]) => name).sort();
      return page('SageMakerImageVersionAliases', names, input, this.pageSize);
    },
  };

  constructor(
    private readonly world: World,
    private readonly arn: (resource: string) => string,
    private readonly behaviour: ImageBehaviour,
    private readonly pageSize: number,
  ) {}

  /** Adds an image with versions 1 to `count`. */
  public add(name: string, count: number, aliases: Readonly<Record<string, number>>): void {
    const image: Image = { name, versions: new Map(), aliases: new Map(Object.entries(aliases)), last: count };
    for (let number = 1; number <= count; number++) {
      image.versions.set(number, { number, baseImage: `base:${number}`, created: this.time, modified: this.time, metadata: {}, status: 'CREATED', due: 0 });
    }
    this.images.set(name.toLowerCase(), image);
  }

  /** The status of each version, by number. */
  public statuses(name: string): Record<number, string> {
    this.settle();
    return Object.fromEntries([...this.image({ ImageName: name }).versions.values()].map(({ number, status }) => [number, status]));
  }

  /** The version of each alias. */
  public aliases(name: string): Record<string, number> {
    this.settle();
    return Object.fromEntries(this.image({ ImageName: name }).aliases);
  }

  /** Moves or removes an alias, as somebody else. */
  public setAlias(name: string, alias: string, version: number | undefined): void {
    const { aliases } = this.image({ ImageName: name });
    if (version === undefined) {
      aliases.delete(alias);
    } else {
      aliases.set(alias, version);
    }
  }

  /** Changes a version, as somebody else: its status, its metadata, its age or the time since its last change in seconds. */
  public setVersion(
    name: string, number: number, { status, metadata, age, modifiedAge }: { status?: string; metadata?: Json; age?: number; modifiedAge?: number },
  ): void {
    const version = this.image({ ImageName: name }).versions.get(number)!;
    version.status = status ?? version.status;
    version.metadata = metadata ?? version.metadata;
    version.created = age === undefined ? version.created : this.time - age;
    version.modified = modifiedAge === undefined ? version.modified : this.time - modifiedAge;
    version.due = Infinity;
  }

  /** Completes what is due. */
  public settle(): void {
    for (const { versions, aliases } of this.images.values()) {
      for (const version of [...versions.values()].filter(({ due }) => due <= this.world.now())) {
        if (version.status === 'CREATING') {
          version.status = version.failure === undefined ? 'CREATED' : 'CREATE_FAILED';
        } else if (version.status === 'DELETING') {
          versions.delete(version.number);
          [...aliases].filter(([, holder]) => holder === version.number).forEach(([alias]) => aliases.delete(alias));
        }
      }
    }
  }

  private create(input: Json): Json {
    const image = this.image(input);
    const { BaseImage: baseImage, ClientToken: token, Aliases: aliases = [] } = input;
    const repeated = [...image.versions.values()].find((one) => token !== undefined && one.token === token);
    if (repeated) {
      return { ImageVersionArn: this.versionArn(image, repeated.number) };
    }
    if (typeof baseImage !== 'string') {
      throw serviceError('ValidationException', 'BaseImage is missing.');
    }
    this.refuseWhileBusy(image);
    this.checkAliases(image, aliases as string[], undefined);
    image.last = (this.behaviour.reusesNumbers ? Math.max(0, ...image.versions.keys()) : image.last) + 1;
    image.versions.set(image.last, {
      number: image.last, baseImage, token, created: this.time, modified: this.time, metadata: metadataIn(input), status: 'CREATING', due: this.due(), failure: this.behaviour.failure?.(input),
    });
    (aliases as string[]).forEach((alias) => image.aliases.set(alias, image.last));
    return { ImageVersionArn: this.versionArn(image, image.last) };
  }

  private update(input: Json): Json {
    const image = this.image(input);
    const version = this.select(image, input, false);
    const { AliasesToAdd: add = [], AliasesToDelete: remove = [] } = input as { AliasesToAdd?: string[]; AliasesToDelete?: string[] };
    if (version.status !== 'CREATED') {
      throw serviceError('ResourceInUse', `ImageVersion (${this.versionArn(image, version.number)}) is ${version.status}.`);
    }
    const missing = remove.find((alias) => image.aliases.get(alias) !== version.number);
    if (missing !== undefined) {
      throw serviceError('ResourceNotFound', `Alias ${missing} is not an alias of ${this.versionArn(image, version.number)}.`);
    }
    this.checkAliases(image, add, version.number);
    remove.forEach((alias) => image.aliases.delete(alias));
    add.forEach((alias) => image.aliases.set(alias, version.number));
    version.metadata = { ...version.metadata, ...metadataIn(input) };
    version.modified = this.time;
    return { ImageVersionArn: this.versionArn(image, version.number) };
  }

  private delete(input: Json): Json {
    const image = this.image(input);
    const version = this.select(image, input, false);
    if (version.status !== 'DELETING') {
      this.refuseWhileBusy(image);
      const reason = this.behaviour.keeps?.(image.name, version.number);
      if (reason !== undefined) {
        throw serviceError('ResourceInUse', reason);
      }
      version.status = 'DELETING';
      version.due = this.due();
      this.settle();
    }
    return {};
  }

  private image({ ImageName }: Json): Image {
    const image = this.images.get(String(ImageName).toLowerCase());
    if (!image) {
      throw serviceError('ResourceNotFound', `Image with ARN ${this.arn(`image/${ImageName}`)} does not exist`);
    }
    return image;
  }

  private select(image: Image, { Version: number, Alias: alias }: Json, latest: boolean): Version {
    if ((number !== undefined && alias !== undefined) || (number === undefined && alias === undefined && !latest)) {
      throw serviceError('ValidationException', 'Specify either Version or Alias.');
    }
    const all = [...image.versions.values()];
    const created = all.filter(({ status }) => status === 'CREATED');
    const candidates = this.behaviour.latest === 'highest created' && created.length > 0 ? created : all;
    const wanted = number ?? (alias === undefined ? Math.max(0, ...candidates.map((one) => one.number)) : image.aliases.get(String(alias)));
    const version = image.versions.get(wanted as number);
    if (!version) {
      throw serviceError('ResourceNotFound', alias !== undefined ? `ImageVersion with Alias ${alias} of Image ${this.arn(`image/${image.name}`)} does not exist`
        : number !== undefined ? `ImageVersion with ARN ${this.versionArn(image, number as number)} does not exist`
          : `Latest ImageVersion with ImageName ${image.name} does not exist.`);
    }
    return version;
  }

  private refuseWhileBusy({ name, versions }: Image): void {
    const busy = [...versions.values()].find(({ status }) => status === 'CREATING' || status === 'DELETING');
    if (busy) {
      throw serviceError('ResourceInUse', busy.status === 'DELETING' ? `ImageVersion (${name}/${busy.number}) is being deleted.` : 'Resource was modified concurrently.');
    }
  }

  private checkAliases({ name, aliases }: Image, added: readonly string[], number: number | undefined): void {
    const taken = added.find((alias) => (aliases.get(alias) ?? number) !== number);
    if (taken !== undefined && this.behaviour.takenAlias !== 'move') {
      throw serviceError('ResourceInUse', `Alias ${taken} is already an alias of version ${aliases.get(taken)} of image ${name}.`);
    }
  }

  private summary(image: Image, { number, status, created, modified, failure }: Version): Json {
    return {
      ImageArn: this.arn(`image/${image.name}`),
      ImageVersionArn: this.versionArn(image, number),
      ImageVersionStatus: status,
      Version: number,
      CreationTime: created,
      LastModifiedTime: modified,
      ...status === 'CREATE_FAILED' && { FailureReason: failure },
    };
  }

  private container({ status, baseImage }: Version): Json {
    const resolve = this.behaviour.resolve ?? ((name: string) => name.includes('@') ? name : name.replace(/:([^:/]+)$/, '@sha256:$1'));
    return status === 'CREATED' || status === 'DELETING' ? { ContainerImage: resolve(baseImage) } : {};
  }

  private versionArn({ name }: Image, number: number): string {
    return this.arn(`image-version/${name}/${number}`);
  }

  private due(): number {
    return this.world.now() + (this.behaviour.versionTime?.() ?? 0);
  }

  private get time(): number {
    return START + this.world.now() / 1_000;
  }
}

function metadataIn(input: Json): Json {
  return Object.fromEntries(METADATA.filter((name) => name in input).map((name) => [name, input[name]]));
}
