import * as fc from 'fast-check';
import { handlerOn, responses, untilDone } from './aws';
import { FEED, Repository } from './feed';
import { Attribute, type Outcome, type Resource, Stack } from './stack';
import { StudioAttachments } from '../../../../src/provider/handler/attachments';
import { Studio } from '../../../../src/provider/handler/attachments/studio';
import { ImageAlias } from '../../../../src/provider/handler/image-alias';
import { ImageFeed } from '../../../../src/provider/handler/image-feed';
import type { Push } from '../../../../src/provider/handler/image-feed/model';
import { ImageRetention } from '../../../../src/provider/handler/image-retention';
import type { CfnResponse } from '../../../../src/provider/handler/lifecycle/respond';
import type { Service } from '../../../../src/provider/handler/service/client';
import type { Json } from '../../../../src/provider/handler/service/json';
import { IMAGE_ALIAS_TYPE } from '../../../../src/provider/kinds/image-alias';
import { IMAGE_FEED_TARGETS_TYPE, IMAGE_FEED_TYPE } from '../../../../src/provider/kinds/image-feed';
import { IMAGE_RETENTION_TYPE } from '../../../../src/provider/kinds/image-retention';
import { STUDIO_ATTACHMENTS_TYPE } from '../../../../src/provider/kinds/studio-attachments';
import { type Behaviour, FakeSageMaker } from '../fake-sagemaker';
import { noResponse, serviceError, World } from '../world';

jest.mock('../../../../src/provider/handler/lifecycle/respond', () => ({
  ...jest.requireActual('../../../../src/provider/handler/lifecycle/respond'),
  respond: async ({ RequestId }: { RequestId: string }, response: CfnResponse) => { responses.set(RequestId, response); },
}));

/** How many sequences of how many steps. All of them take less than two minutes of processor time. */
const [SEQUENCES, STEPS] = [Number(process.env.MODEL_SEQUENCES ?? 1_000), 20];

// Timers of processes that are killed would never end.
beforeAll(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'Date', 'hrtime', 'performance'] });
  console.log = () => undefined;
});
afterAll(() => { jest.useRealTimers(); });

const START = Date.UTC(2026, 0, 1);
const DOMAIN = { DomainId: 'd-1' };
const TORCH = { ImageName: 'torch' };
const CONFIG = { AppImageConfigName: 'torch-jl' };
/** The entry that follows the feed. */
const NIGHTLY = { ...TORCH, AppImageConfigName: 'nightly-jl' };
const KEPT = { ExecutionRole: 'arn:aws:iam::111111111111:role/x', Kept: [1] };
const THEIRS = { ImageName: 'theirs', AppImageConfigName: 'x', ImageVersionNumber: 1, Unknown: { deep: [null] } };

/** What the team's app looks like. */
interface Release {
  /** The content of the Dockerfile. */
  readonly content: number;
  /** What `prod` follows: `staging`, or a version. */
  readonly prod: 'staging' | number;
  /** The version of a label that comes and goes. */
  readonly canary?: number;
  /** How many of the newest versions the retention keeps. Without it, there is no retention. */
  readonly keep?: number;
  /** Whether there is a feed. */
  readonly feed: boolean;
  /** Whether the domain follows `prod` and the feed. */
  readonly attach: boolean;
  /** Whether a resource after all others fails. */
  readonly fails: boolean;
}

const ALIASES = ['staging', 'prod', 'canary'] as const;
const LABELS = [...ALIASES, 'nightly'] as const;

interface Fault {
  readonly operation: string;
  readonly skip: number;
  readonly times: number;
  readonly kind: keyof typeof ERRORS | 'killed before' | 'killed after';
}

/** What happens to the event of a push: `twice` is once now and once later. */
interface Pushed {
  readonly content: number;
  /** The time after it, in seconds. */
  readonly pause: number;
  readonly event: 'once' | 'twice' | 'late' | 'lost';
}

/** One step. Numbers of versions are indices into those that exist. */
type Step =
  | { readonly do: 'deploy'; readonly change: Partial<Omit<Release, 'canary' | 'keep'> & { readonly canary: number | null; readonly keep: number | null }>; readonly faults: readonly Fault[] }
  | {
    readonly do: 'push';
    readonly pushes: readonly Pushed[];
    /** Whether the events are handled at the same time. */
    readonly atOnce: boolean;
    readonly reversed: boolean;
    /** The content of the Dockerfile that is deployed at the same time. */
    readonly meanwhile: number | null;
    /** Not if something is deployed at the same time. */
    readonly faults: readonly Fault[];
  }
  | { readonly do: 'move a label by hand'; readonly alias: typeof LABELS[number]; readonly to: number | null }
  | { readonly do: 'edit the list by hand'; readonly edit: 'remove ours' | 'add theirs' | 'remove theirs' }
  | { readonly do: 'another team deploys'; readonly version: number; readonly meanwhile: number }
  | { readonly do: 'pin a space'; readonly space: number; readonly version: number };

const ERRORS = {
  throttled: serviceError('ThrottlingException', 'Rate exceeded'),
  refused: serviceError('ValidationException', 'no'),
  denied: serviceError('AccessDeniedException', 'no'),
  broken: Object.assign(serviceError('InternalFailure', 'no'), { $metadata: { httpStatusCode: 500 } }),
  lost: noResponse(),
};

const index = fc.nat(9);
const fault: fc.Arbitrary<Fault> = fc.record({
  operation: fc.constantFrom(
    'UpdateImageVersion', 'DescribeImageVersion', 'UpdateDomain', 'DescribeDomain', 'CreateImageVersion', 'DeleteImageVersion', 'ListImageVersions',
    'ListAliases', 'ListSpaces', 'DescribeSpace',
  ),
  skip: fc.nat(4),
  times: fc.integer({ min: 1, max: 6 }),
  kind: fc.constantFrom<Fault['kind']>('throttled', 'refused', 'denied', 'broken', 'lost', 'killed before', 'killed after'),
});
const faults = fc.oneof(fc.constant([]), fc.array(fault, { minLength: 1, maxLength: 3 }));
const deployment = fc.record({
  do: fc.constant('deploy' as const),
  change: fc.record({
    content: index,
    prod: fc.oneof(fc.constant('staging' as const), index),
    canary: fc.option(index),
    keep: fc.option(fc.integer({ min: 1, max: 3 })),
    feed: fc.nat(4).map((one) => one > 0),
    attach: fc.boolean(),
    fails: fc.nat(4).map((one) => one === 0),
  }, { requiredKeys: [] }),
  faults,
});
const push = fc.record({
  do: fc.constant('push' as const),
  pushes: fc.array(fc.record({
    content: index, pause: fc.nat(3), event: fc.constantFrom<Pushed['event']>('once', 'once', 'twice', 'late', 'lost'),
  }), { minLength: 1, maxLength: 3 }),
  atOnce: fc.boolean(),
  reversed: fc.boolean(),
  meanwhile: fc.option(index),
  faults,
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: deployment },
  { weight: 3, arbitrary: push },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('move a label by hand' as const), alias: fc.constantFrom(...LABELS), to: fc.option(index, { freq: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('edit the list by hand' as const), edit: fc.constantFrom('remove ours' as const, 'add theirs' as const, 'remove theirs' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('another team deploys' as const), version: fc.integer({ min: 1, max: 5 }), meanwhile: index }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pin a space' as const), space: fc.nat(2), version: index }) },
);

/** The AWS account, the stacks of two teams, and what the reference model knows. */
class Scene {
  private readonly world: World;
  private readonly fake: FakeSageMaker;
  private readonly ours: Stack;
  private readonly theirs: Stack;
  private readonly repository: Repository;
  private release: Release = { content: 0, prod: 'staging', feed: true, attach: true, fails: false };
  /** The entries of others. */
  private others: Json[] = [THEIRS];
  private theirVersion = 0;
  private deployments = 0;
  /** The versions that may have had the label `canary` when the stack created it. Its deletion returns the label. */
  private canaryBefore: (number | undefined)[] = [];

  constructor(seed: number, behaviour: Pick<Behaviour, 'takenAlias' | 'reusesNumbers'>) {
    const { random } = this.world = new World(seed);
    this.fake = new FakeSageMaker(this.world, {
      ...behaviour,
      latency: () => 20 + 100 * random(),
      versionTime: () => 1_000 + 4_000 * random(),
      updateTime: () => 500 + 4_000 * random(),
      pageSize: 3,
    }).addImage('torch').addImage('theirs', 5).addDomain('d-1', { DefaultUserSettings: { ...KEPT, JupyterLabAppSettings: { CustomImages: [THEIRS] } } });
    [0, 1, 2].forEach((space) => this.fake.addSpace('d-1', `space-${space}`, {}));
    this.repository = new Repository(this.world);
    this.repository.push(0);
    const kindsFor = (service: Pick<Service, 'send'>) => ({
      [IMAGE_FEED_TYPE]: this.feedOn(service),
      [IMAGE_FEED_TARGETS_TYPE]: this.feedOn(service),
      [IMAGE_ALIAS_TYPE]: new ImageAlias(service, { send: async () => ({ TemplateBody: '{}' }) }),
      [IMAGE_RETENTION_TYPE]: new ImageRetention(service, () => START + this.world.now()),
      [STUDIO_ATTACHMENTS_TYPE]: new StudioAttachments(new Studio(service)),
    });
    [this.ours, this.theirs] = [1, 2].map(() => new Stack(handlerOn(this.world, this.fake, kindsFor)));
  }

  /** Makes the first deployment. */
  public async start(): Promise<void> {
    await this.deploy(this.release, []);
  }

  /** How many versions the retention deleted. */
  public get pruned(): number {
    return this.fake.calls.filter(({ operation, error }) => operation === 'DeleteImageVersion' && !error).length;
  }

  public async take(one: Step): Promise<void> {
    await this.act(one);
    // No version in use is lost.
    const existing = this.fake.images.statuses('torch');
    const used = [...Object.values(this.aliases), ...this.numbersIn(this.list), ...this.pins, this.property('Version', 'Version')!];
    expect(used.filter((number) => existing[number] !== 'CREATED')).toEqual([]);
    // No entry and no setting of another team changes.
    expect(this.entriesOfOthers).toEqual(this.others);
    expect(this.settings).toMatchObject(KEPT);
  }

  private async act(one: Step): Promise<void> {
    switch (one.do) {
      case 'deploy': {
        const { prod, canary, keep, ...change } = one.change;
        return this.deploy({
          ...this.release,
          fails: false,
          ...change,
          ...prod !== undefined && { prod: prod === 'staging' ? prod : this.existing(prod) },
          ...canary !== undefined && { canary: canary === null ? undefined : this.existing(canary) },
          ...keep !== undefined && { keep: keep ?? undefined },
        }, one.faults);
      }
      case 'push':
        return this.push(one);
      case 'move a label by hand':
        if (one.alias === 'nightly') {
          this.repository.noteAstray();
        }
        return this.fake.images.setAlias('torch', one.alias, one.to === null ? undefined : this.existing(one.to));
      case 'edit the list by hand': {
        const kept = this.list.filter(({ ImageName }) => ImageName !== (one.edit === 'remove ours' ? 'torch' : 'theirs'));
        this.setList(one.edit === 'add theirs' ? [...kept, THEIRS] : kept);
        this.others = this.entriesOfOthers;
        // Their stack does not know that its entry is gone.
        return;
      }
      case 'another team deploys': {
        // While we deploy too.
        const before = this.feedState;
        const theirs = this.theirs.deploy([attachments([{ ImageName: 'theirs', AppImageConfigName: 'theirs-jl', ImageVersionNumber: one.version }])]);
        const [outcome] = await this.world.settle<unknown>(theirs, this.ours.deploy(this.template({ ...this.release, content: one.meanwhile })));
        expect([outcome, this.theirs.reason]).toEqual([{ status: 'fulfilled', value: 'complete' }, '']);
        this.release = { ...this.release, content: one.meanwhile };
        this.checkFeed(before, 'deployed');
        if (one.version !== this.theirVersion) {
          const entry = { ImageName: 'theirs', AppImageConfigName: 'theirs-jl', ImageVersionNumber: one.version };
          const had = this.others.some(isTheirs);
          this.others = had ? this.others.map((other) => isTheirs(other) ? entry : other) : [...this.others, entry];
          this.theirVersion = one.version;
        }
        return;
      }
      case 'pin a space': {
        const SageMakerImageVersionArn = `arn:aws:sagemaker:eu-west-1:111111111111:image-version/torch/${this.existing(one.version)}`;
        this.fake.studio.change({ ...DOMAIN, SpaceName: `space-${one.space}` }, () => ({
          SpaceSettings: { JupyterLabAppSettings: { DefaultResourceSpec: { SageMakerImageVersionArn } } },
        }));
      }
    }
  }

  /** Deploys, and compares the result with the reference model. */
  private async deploy(release: Release, some: readonly Fault[]): Promise<void> {
    const before = { aliases: this.aliases, entry: this.entry, properties: this.properties };
    const feedBefore = this.feedState;
    const isKilled = some.some(({ kind }) => kind.startsWith('killed'));
    this.addFaults(some);
    let outcome: Outcome = await this.settle(this.ours.deploy(this.template(release)));
    this.fake.clearFaults();
    const isAsTold = outcome === 'complete' && some.length === 0;
    if (outcome === 'rollback failed') {
      // Somebody removes the cause and continues.
      outcome = await this.settle(this.ours.rollBack());
    }
    // An entry that is not where the label is, or whose label could not be read, may be that of somebody else.
    const isUnclear = some.length > 0 || feedBefore.entry?.ImageVersionNumber !== feedBefore.label;
    if (outcome === 'rollback failed' && isUnclear) {
      expect(this.ours.reason).toContain(`'torch' with '${NIGHTLY.AppImageConfigName}' (found ${feedBefore.entry?.ImageVersionNumber}`);
      this.setList(this.list.filter((one) => !isNightly(one)));
      outcome = await this.settle(this.ours.rollBack());
    }
    const hadLeftovers = this.ours.leftovers.length > 0;
    expect(await this.settle(this.ours.cleanUp())).toBe('complete');
    const after = this.aliases;
    const { touched } = this.ours;
    if (outcome === 'complete') {
      this.release = release;
      for (const alias of ALIASES) {
        const goal = this.property(alias, 'Version');
        // What the deployment did not change stays where somebody may have put it.
        const expected = !touched.has(alias) ? [before.aliases[alias]] : goal !== undefined ? [goal]
          : before.aliases[alias] === before.properties[alias] ? [undefined, ...this.canaryBefore] : [before.aliases[alias]];
        expect([alias, expected.includes(after[alias]) ? 'expected' : [after[alias], expected]]).toEqual([alias, 'expected']);
      }
      const goal = release.attach ? { ...TORCH, ...CONFIG, ImageVersionNumber: this.property('prod', 'Version') } : undefined;
      expect(this.entry).toEqual(touched.has('Attachments') ? goal : before.entry);
    } else {
      expect([outcome, this.ours.reason, release.fails || some.length > 0]).toEqual(['rolled back', this.ours.reason, true]);
      // Everything is where it was, or where the template says if somebody else had moved it.
      // If a process is killed after it wrote, nobody knows where a label was that is new to the stack.
      const isUnknown = isKilled && before.properties.canary === undefined;
      for (const alias of ALIASES) {
        const expected = [before.aliases[alias], before.properties[alias], ...alias === 'canary' && isUnknown ? [after.canary] : []];
        expect([alias, hadLeftovers || expected.includes(after[alias]) ? 'expected' : [after[alias], expected]]).toEqual([alias, 'expected']);
      }
      expect([before.entry?.ImageVersionNumber, before.properties.entry]).toContain(this.entry?.ImageVersionNumber);
    }
    if (this.list.some(isNightly) && !this.feedState.hasTargets) {
      expect(isUnclear).toBe(true);
      this.setList(this.list.filter((one) => !isNightly(one)));
    }
    this.checkFeed(feedBefore, isAsTold ? 'deployed' : 'perhaps');
    if (before.properties.canary === undefined) {
      // If a process is killed after it wrote, the next one finds the label where it should be.
      this.canaryBefore = [before.aliases.canary, ...isKilled ? [release.canary] : []];
    }
  }

  private template({ content, prod, canary, feed, attach, keep, fails }: Release): Resource[] {
    this.deployments++;
    const numbers = ['Version', 'staging', 'prod', ...canary === undefined ? [] : ['canary'], ...attach && feed ? ['Feed'] : []].map((id) => new Attribute(id, 'Version'));
    const alias = (id: typeof ALIASES[number], Version: unknown): Resource =>
      ({ id, type: IMAGE_ALIAS_TYPE, properties: { ...TORCH, Alias: id, Version } });
    const broken = [{ id: 'Broken', type: 'Broken', properties: {} }];
    return [
      { id: 'Version', type: 'AWS::SageMaker::ImageVersion', properties: { ...TORCH, BaseImage: `base:${content}` }, retain: true },
      alias('staging', new Attribute('Version', 'Version')),
      alias('prod', prod === 'staging' ? new Attribute('staging', 'Version') : prod),
      ...canary === undefined ? [] : [alias('canary', canary)],
      ...feed ? [{ id: 'Feed', type: IMAGE_FEED_TYPE, properties: { ...FEED, Needed: attach, Refresh: this.deployments } }] : [],
      ...attach ? [attachments([
        { ...TORCH, ...CONFIG, ImageVersionNumber: new Attribute('prod', 'Version') },
        ...feed ? [{ ...NIGHTLY, FollowedAlias: FEED.Alias, ImageVersionNumber: new Attribute('Feed', 'Version') }] : [],
      ])] : [],
      ...fails && this.deployments % 2 ? broken : [],
      ...attach && feed ? [{ id: 'Targets', type: IMAGE_FEED_TARGETS_TYPE, properties: { ...FEED, Places: [place([NIGHTLY])], Refresh: this.deployments } }] : [],
      ...keep === undefined ? [] : [{
        id: 'Retention', type: IMAGE_RETENTION_TYPE, properties: { ...TORCH, Delete: { Versions: keep }, Managed: numbers, Refresh: this.deployments },
      }],
      ...fails && this.deployments % 2 === 0 ? broken : [],
    ];
  }

  /** Pushes container images, and handles their events and those that are late. */
  private async push({ pushes, atOnce, reversed, meanwhile, faults: some }: Extract<Step, { do: 'push' }>): Promise<void> {
    const before = this.feedState;
    const events = this.repository.late.splice(0);
    for (const { content, pause, event } of pushes) {
      const pushed = this.repository.push(content);
      events.push(...event === 'once' || event === 'twice' ? [pushed] : []);
      this.repository.late.push(...event === 'late' || event === 'twice' ? [pushed] : []);
      await this.settle(this.world.sleep(pause * 1_000));
    }
    const [feed, targets] = ['Feed', 'Targets'].map((id) => this.ours.deployed.get(id));
    const deliver = async (pushed: Push) => ({
      pushed,
      ok: await untilDone(this.world, this.fake, (process, clock) =>
        this.feedOn(process).react(this.repository.eventOf(pushed, targets?.properties.Places ?? []), clock)),
    });
    const isDeployed = meanwhile !== null;
    this.addFaults(isDeployed ? [] : some);
    const outcomes: Awaited<ReturnType<typeof deliver>>[] = [];
    const handle = async () => {
      const ordered = feed ? reversed ? events.reverse() : events : [];
      if (atOnce) {
        outcomes.push(...await Promise.all(ordered.map(deliver)));
      }
      for (const one of atOnce ? [] : ordered) {
        outcomes.push(await deliver(one));
      }
    };
    const release = { ...this.release, content: meanwhile ?? this.release.content };
    const [, deployed] = await this.world.settle<unknown>(handle(), ...isDeployed ? [this.ours.deploy(this.template(release))] : []);
    this.fake.clearFaults();
    if (isDeployed) {
      expect([deployed, this.ours.reason]).toEqual([{ status: 'fulfilled', value: 'complete' }, this.ours.reason]);
      this.release = release;
    }
    const isSure = outcomes.every(({ ok }) => ok);
    expect(isSure || some.length > 0).toBe(true);
    outcomes.forEach(({ pushed }) => this.repository.note(pushed, isSure));
    this.checkFeed(before, !isSure ? 'perhaps' : isDeployed ? 'deployed' : outcomes.length > 0 ? 'handled' : 'nothing');
  }

  /** Compares the label and the entry that follow the feed with the reference model. */
  private checkFeed(before: Scene['feedState'], what: 'deployed' | 'handled' | 'perhaps' | 'nothing'): void {
    const { label, versions, entry, hasFeed, hasTargets } = this.feedState;
    if (what === 'perhaps' || (what === 'deployed' && hasFeed && (before.hasFeed || hasTargets || before.label === undefined))) {
      this.repository.noteDeployment(before.versions, what === 'deployed');
    }
    if (label === undefined && (what === 'perhaps' || what === 'nothing' || !hasFeed)) {
      // A run that failed took it away, or somebody did before.
      expect(what === 'perhaps' ? undefined : before.label).toBeUndefined();
      return this.repository.noteAstray();
    }
    this.repository.check(label, before.label, versions);
    if (hasTargets && (what === 'deployed' || what === 'handled')) {
      const isAttached = what === 'deployed' && this.ours.touched.has('Attachments') ? true : before.entry !== undefined;
      expect(entry).toEqual(isAttached ? { ...NIGHTLY, ImageVersionNumber: label } : undefined);
    }
  }

  private get feedState() {
    const uriOf = (Version: number) => this.fake.images.operations.DescribeImageVersion({ ...TORCH, Version }).BaseImage;
    const versions = Object.entries(this.fake.images.statuses('torch')).filter(([, status]) => status === 'CREATED')
      .map(([number]) => ({ number: Number(number), uri: uriOf(Number(number)) }));
    const [hasFeed, hasTargets] = ['Feed', 'Targets'].map((id) => this.ours.deployed.has(id));
    return { label: this.aliases.nightly as number | undefined, versions, entry: this.list.find(isNightly), hasFeed, hasTargets };
  }

  private feedOn(service: Pick<Service, 'send'>): ImageFeed {
    const registry = {
      images: async () => {
        await this.world.sleep(50);
        return this.repository.images;
      },
      labels: async () => ({}),
    };
    const studio = new Studio(service);
    return new ImageFeed(service, registry, studio, new StudioAttachments(studio), () => undefined, () => (START + this.world.now()) / 1_000);
  }

  private addFaults(some: readonly Fault[]): void {
    some.forEach(({ kind, ...where }) => this.fake.fault({
      ...where, when: kind === 'lost' || kind === 'killed after' ? 'after' : 'before', error: kind.startsWith('killed') ? 'kill' : ERRORS[kind as keyof typeof ERRORS],
    }));
  }

  /** Changes the list of custom images by hand. */
  private setList(CustomImages: Json[]): void {
    this.fake.studio.change(DOMAIN, ({ DefaultUserSettings }) => ({
      DefaultUserSettings: { ...DefaultUserSettings as Json, JupyterLabAppSettings: { CustomImages } },
    }));
  }

  private numbersIn(list: Json[]): number[] {
    return list.filter(({ ImageName }) => ImageName === 'torch').map(({ ImageVersionNumber }) => ImageVersionNumber as number);
  }

  private async settle<T>(work: Promise<T>): Promise<T> {
    const [outcome] = await this.world.settle(work);
    if (outcome.status === 'rejected') {
      throw outcome.reason;
    }
    return outcome.value;
  }

  /** One of the versions that exist. */
  private existing(nth: number): number {
    const numbers = Object.entries(this.fake.images.statuses('torch')).filter(([, status]) => status === 'CREATED').map(([number]) => Number(number));
    return numbers[nth % numbers.length];
  }

  /** A number in the properties or attributes of a resource that is deployed. */
  private property(id: string, name: string): number | undefined {
    const { properties, attributes } = this.ours.deployed.get(id) ?? { properties: {}, attributes: {} };
    return ({ ...attributes, ...properties } as Json)[name] as number | undefined;
  }

  private get properties(): Readonly<Record<string, number | undefined>> {
    const entry = this.ours.deployed.has('Attachments') ? this.property('prod', 'Version') : undefined;
    return { ...Object.fromEntries(ALIASES.map((alias) => [alias, this.property(alias, 'Version')])), entry };
  }

  private get aliases(): Readonly<Record<string, number>> {
    return this.fake.images.aliases('torch');
  }

  private get settings(): Json {
    return this.fake.studio.body(DOMAIN).DefaultUserSettings as Json;
  }

  private get list(): Json[] {
    return (this.settings.JupyterLabAppSettings as Json).CustomImages as Json[];
  }

  private get entry(): Json | undefined {
    return this.list.find(({ AppImageConfigName }) => AppImageConfigName === CONFIG.AppImageConfigName);
  }

  private get entriesOfOthers(): Json[] {
    return this.list.filter(({ ImageName }) => ImageName !== 'torch');
  }

  private get pins(): number[] {
    return [0, 1, 2].flatMap((space) => /\d+$/.exec(JSON.stringify(this.fake.studio.body({ ...DOMAIN, SpaceName: `space-${space}` })).replace(/\D+$/, '')) ?? []).map(Number);
  }
}

const isNightly = ({ AppImageConfigName }: Json) => AppImageConfigName === NIGHTLY.AppImageConfigName;
const isTheirs = ({ AppImageConfigName }: Json) => AppImageConfigName === 'theirs-jl';

function place(CustomImages: object[]): Json {
  return { ...DOMAIN, DefaultUserSettings: { JupyterLabAppSettings: { CustomImages } } };
}

function attachments(entries: object[]): Resource {
  return { id: 'Attachments', type: STUDIO_ATTACHMENTS_TYPE, properties: place(entries) };
}

test(`${SEQUENCES} sequences of ${STEPS} deployments, promotions, changes by hand and faults lose nothing and end as the model says`, async () => {
  let [steps, pruned] = [0, 0];
  await fc.assert(fc.asyncProperty(
    fc.nat(10_000), fc.constantFrom('refuse' as const, 'move' as const), fc.boolean(), fc.array(step, { minLength: STEPS, maxLength: STEPS }),
    async (seed, takenAlias, reusesNumbers, sequence) => {
      const scene = new Scene(seed, { takenAlias, reusesNumbers });
      await scene.start();
      for (const one of sequence) {
        await scene.take(one);
        steps++;
      }
      pruned += scene.pruned;
    },
  ), {
    numRuns: SEQUENCES,
    // It shrinks for minutes.
    endOnFailure: !process.env.MODEL_SHRINK,
    seed: Number(process.env.MODEL_SEED ?? 1),
    path: process.env.MODEL_PATH,
  });
  expect(steps).toBeGreaterThanOrEqual(SEQUENCES * STEPS);
  expect(pruned).toBeGreaterThan(SEQUENCES);
}, 600_000);
