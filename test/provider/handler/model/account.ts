import { addFaults, type Fault } from './faults';
import { DOMAIN, KEPT, START, THEIRS, TORCH } from './names';
import { type Made, Repository } from './repository';
import type { Deployed } from './stack';
import { StudioAttachments } from '../../../../src/provider/handler/attachments';
import { Studio } from '../../../../src/provider/handler/attachments/studio';
import { ImageAlias } from '../../../../src/provider/handler/image-alias';
import { AliasedVersion } from '../../../../src/provider/handler/image-alias/aliased-version';
import { ImageFeed } from '../../../../src/provider/handler/image-feed';
import type { StoredImage } from '../../../../src/provider/handler/image-feed/model';
import { ImageRetention } from '../../../../src/provider/handler/image-retention';
import type { Kind } from '../../../../src/provider/handler/lifecycle/kind';
import type { Service } from '../../../../src/provider/handler/service/client';
import { Images } from '../../../../src/provider/handler/service/images';
import type { Json } from '../../../../src/provider/handler/service/json';
import { ALIASED_VERSION_TYPE, IMAGE_ALIAS_TYPE } from '../../../../src/provider/kinds/image-alias';
import { IMAGE_FEED_TARGETS_TYPE, IMAGE_FEED_TYPE } from '../../../../src/provider/kinds/image-feed';
import { IMAGE_RETENTION_TYPE } from '../../../../src/provider/kinds/image-retention';
import { STUDIO_ATTACHMENTS_TYPE } from '../../../../src/provider/kinds/studio-attachments';
import { type Behaviour, FakeSageMaker } from '../fake-sagemaker';
import { World } from '../world';

/** What is in the account and in the stack at some time. */
export interface State {
  /** The version of each label. */
  readonly labels: Readonly<Record<string, number | undefined>>;
  /** Versions with status CREATED or CREATE_FAILED, in the order of their numbers. */
  readonly versions: readonly Made[];
  /** The list of custom images of the domain. */
  readonly list: readonly Json[];
  /** The default image of the domain, with its other settings. */
  readonly spec: Json;
  /** The resources of the stack. */
  readonly deployed: ReadonlyMap<string, Deployed>;
}

/** The AWS account: SageMaker, a repository, and the function of the team's stack. */
export class Account {
  public readonly world: World;
  public readonly sageMaker: FakeSageMaker;
  public readonly repository: Repository;
  /** How many failures feeds reported. */
  public reports = 0;
  /** How many versions failed. */
  public failed = 0;
  /** How many of the next versions fail. */
  private failing = 0;

  /** @param template returns the template that the stack has now */
  constructor(seed: number, private readonly template: () => Json, behaviour: Pick<Behaviour, 'takenAlias' | 'reusesNumbers'>) {
    const { random } = this.world = new World(seed);
    this.repository = new Repository(this.world);
    this.sageMaker = new FakeSageMaker(this.world, {
      ...behaviour,
      latency: () => 20 + 100 * random(),
      versionTime: () => 1_000 + 4_000 * random(),
      updateTime: () => 500 + 4_000 * random(),
      failure: () => this.failure(),
      pageSize: 3,
      otherOperations: this.repository.operations,
    }).addImage('torch').addImage('theirs', 5);
    this.sageMaker.addDomain('d-1', { DefaultUserSettings: { ...KEPT, JupyterLabAppSettings: { CustomImages: [THEIRS] } } });
    [0, 1, 2].forEach((space) => this.sageMaker.addSpace('d-1', `space-${space}`, {}));
    this.setDefault({});
  }

  /** The kinds of custom resources that the function handles. */
  public readonly kindsFor = (service: Pick<Service, 'send'>): Readonly<Record<string, Kind>> => ({
    [IMAGE_FEED_TYPE]: this.feedOn(service),
    [IMAGE_FEED_TARGETS_TYPE]: this.feedOn(service),
    [ALIASED_VERSION_TYPE]: new AliasedVersion(new Images(service)),
    [IMAGE_ALIAS_TYPE]: new ImageAlias(service, { send: async () => ({ TemplateBody: JSON.stringify(this.template()) }) }),
    [IMAGE_RETENTION_TYPE]: new ImageRetention(service, () => START + this.world.now()),
    [STUDIO_ATTACHMENTS_TYPE]: new StudioAttachments(new Studio(service)),
  });

  public feedOn(service: Pick<Service, 'send'>): ImageFeed {
    const registry = {
      images: async () => ((await service.send('DescribeImages', {})).images as { imagePushedAt: number }[])
        .map(({ imagePushedAt, ...image }): StoredImage => ({ ...image, imagePushedAt: new Date(imagePushedAt * 1_000) })),
      labels: async (_: string, digest: string) => (await service.send('BatchGetImage', { digest })).labels as Json,
    };
    const studio = new Studio(service);
    const seconds = () => (START + this.world.now()) / 1_000;
    return new ImageFeed(service, registry, studio, new StudioAttachments(studio), () => { this.reports++; }, seconds);
  }

  /** Runs something while calls and versions fail. */
  public async withFaults<T>(some: readonly Fault[], run: () => Promise<T>): Promise<T> {
    addFaults(this.sageMaker, some);
    this.failing = some.filter(({ kind }) => kind === 'creation fails').reduce((sum, { times }) => sum + times, 0);
    const result = await run();
    this.sageMaker.clearFaults();
    this.failing = 0;
    return result;
  }

  /** Lets time pass until something is done. */
  public async settle<T>(work: Promise<T>): Promise<T> {
    const [outcome] = await this.world.settle(work);
    if (outcome.status === 'rejected') {
      throw outcome.reason;
    }
    return outcome.value;
  }

  public stateWith(deployed: ReadonlyMap<string, Deployed>): State {
    const finished = Object.entries(this.statuses).filter(([, status]) => status.startsWith('CREATE'));
    const versions = finished.map(([number, status]) => {
      const described = this.sageMaker.images.operations.DescribeImageVersion({ ...TORCH, Version: Number(number) });
      const { BaseImage, CreationTime: created, ...metadata } = described;
      return { number: Number(number), status, uri: String(BaseImage), created, metadata };
    });
    return { labels: this.sageMaker.images.aliases('torch'), versions, list: this.list, spec: this.spec, deployed: new Map(deployed) };
  }

  public get statuses(): Readonly<Record<number, string>> {
    return this.sageMaker.images.statuses('torch');
  }

  /** One of the versions that can be used. */
  public existing(nth: number): number {
    const numbers = Object.entries(this.statuses).filter(([, status]) => status === 'CREATED').map(([number]) => Number(number));
    return numbers[nth % numbers.length];
  }

  public get settings(): Json {
    return this.sageMaker.studio.body(DOMAIN).DefaultUserSettings as Json;
  }

  public get list(): Json[] {
    return this.jupyterLab.CustomImages as Json[];
  }

  /** Changes the list of custom images by hand. */
  public setList(CustomImages: readonly Json[]): void {
    this.setJupyterLab({ ...this.jupyterLab, CustomImages });
  }

  public get spec(): Json {
    return this.jupyterLab.DefaultResourceSpec as Json;
  }

  /** Sets the default image by hand. */
  public setDefault(image: Json): void {
    this.setJupyterLab({ ...this.jupyterLab, DefaultResourceSpec: { InstanceType: 'ml.t3.medium', ...image } });
  }

  /** Lets a space start a version by default. */
  public pin(space: number, version: number): void {
    const SageMakerImageVersionArn = `arn:aws:sagemaker:eu-west-1:111111111111:image-version/torch/${version}`;
    this.sageMaker.studio.change({ ...DOMAIN, SpaceName: `space-${space}` }, () => ({
      SpaceSettings: { JupyterLabAppSettings: { DefaultResourceSpec: { SageMakerImageVersionArn } } },
    }));
  }

  /** The versions that spaces start. */
  public get pins(): number[] {
    return [0, 1, 2].flatMap((space) => versionsIn(this.sageMaker.studio.body({ ...DOMAIN, SpaceName: `space-${space}` })));
  }

  private failure(): string | undefined {
    if (this.failing === 0) {
      return undefined;
    }
    this.failing--;
    this.failed++;
    return 'ClientError: the container image cannot be pulled';
  }

  private get jupyterLab(): Json {
    return this.settings.JupyterLabAppSettings as Json;
  }

  private setJupyterLab(JupyterLabAppSettings: Json): void {
    this.sageMaker.studio.change(DOMAIN, () => ({ DefaultUserSettings: { ...this.settings, JupyterLabAppSettings } }));
  }
}

/** The versions that were made between two states. */
export function madeBetween(before: State, { versions }: State): number[] {
  return versions.map(({ number }) => number).filter((number) => !before.versions.some((one) => one.number === number));
}

/** The versions of the image that some settings name by ARN. */
export function versionsIn(settings: Json): number[] {
  return [...JSON.stringify(settings).matchAll(/:image-version\/torch\/(\d+)"/g)].map(([, number]) => Number(number));
}
