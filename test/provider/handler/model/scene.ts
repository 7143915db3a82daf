import { Account, type State } from './account';
import { handlerOn, untilDone } from './aws';
import type { Deployment } from './expected/deployment';
import { numberOf } from './expected/entries';
import { checkInvariants } from './expected/invariants';
import { Model } from './expected/model';
import { areKills, type Fault } from './faults';
import { attachments, defaultOf, isNightly, isTheirs, NIGHTLY, START, THEIRS } from './names';
import { FIRST_RELEASE, type Release, template } from './release';
import { type Outcome, type Resource, Stack } from './stack';
import type { Step } from './steps';
import type { Push } from '../../../../src/provider/handler/image-feed/model';
import type { Json } from '../../../../src/provider/handler/service/json';
import type { Behaviour } from '../fake-sagemaker';

type Of<Do extends Step['do']> = Extract<Step, { do: Do }>;

/** The AWS account, the stacks of two teams, and what the reference model knows. */
export class Scene {
  private readonly account: Account;
  private readonly ours: Stack;
  private readonly theirs: Stack;
  private release = FIRST_RELEASE;
  private deployments = 0;
  /** The entries of others. */
  private others: Json[] = [THEIRS];
  private theirVersion = 0;
  private readonly model: Model;

  constructor(seed: number, behaviour: Pick<Behaviour, 'takenAlias' | 'reusesNumbers'>) {
    const { world, sageMaker, repository, kindsFor } = this.account = new Account(seed, () => this.ours.body, behaviour);
    [this.ours, this.theirs] = [1, 2].map(() => new Stack(handlerOn(world, sageMaker, kindsFor)));
    this.model = new Model(this.account);
    repository.push(0);
  }

  /** Makes the first deployment. */
  public async start(): Promise<void> {
    await this.deploy(this.release, []);
  }

  /** How many versions the retention deleted, and how many failed. */
  public get counts(): { readonly pruned: number; readonly failed: number } {
    const pruned = this.account.sageMaker.calls.filter(({ operation, error }) => operation === 'DeleteImageVersion' && !error).length;
    return { pruned, failed: this.account.failed };
  }

  public async take(one: Step): Promise<void> {
    trace('step', one);
    await this.act(one).finally(() => trace('result', { ...this.state, deployed: [...this.ours.deployed], reason: this.ours.reason }));
    checkInvariants(this.account, this.state, this.others);
  }

  private async act(one: Step): Promise<void> {
    const { account } = this;
    switch (one.do) {
      case 'deploy': {
        const release = this.changed(one);
        // CloudFormation itself would take the label away in a rollback.
        const becomesFixed = this.release.stable === 'ImageAlias' && release.stable === 'fixed';
        return becomesFixed ? this.deploy({ ...this.release, stable: 'fixed' }, []) : this.deploy(release, one.faults);
      }
      case 'push':
        return this.push(one);
      case 'another team deploys':
        return this.deployTogether(one);
      case 'move a label by hand':
        if (one.alias === 'nightly') {
          this.model.moveFeedLabel();
        }
        return account.sageMaker.images.setAlias('torch', one.alias, one.to === null ? undefined : account.existing(one.to));
      case 'edit the list by hand': {
        const kept = account.list.filter(({ ImageName }) => ImageName !== (one.edit === 'remove ours' ? 'torch' : 'theirs'));
        account.setList(one.edit === 'add theirs' ? [...kept, THEIRS] : kept);
        // Their stack does not know that its entry is gone.
        this.others = account.list.filter(({ ImageName }) => ImageName === 'theirs');
        return;
      }
      case 'set the default by hand':
        return account.setDefault(one.to === 'none' ? {} : one.to === 'theirs' ? defaultOf('theirs', 1)
          : one.to === 'of SageMaker' ? defaultOf('distribution', 'prod', '885854791233') : defaultOf('torch', account.existing(one.to)));
      case 'pin a space':
        return account.pin(one.space, account.existing(one.version));
      case 'time passes':
        return account.settle(account.world.sleep(one.minutes * 60_000));
    }
  }

  private changed({ change: { prod, canary, stable, keep, defaultImage, ...change } }: Of<'deploy'>): Release {
    return {
      ...this.release,
      fails: false,
      ...change as Partial<Release>,
      ...typeof prod === 'string' && { prod },
      ...typeof prod === 'number' && { prod: this.account.existing(prod) },
      ...canary !== undefined && { canary: canary === null ? undefined : this.account.existing(canary) },
      ...stable !== undefined && { stable: stable ?? undefined },
      ...keep !== undefined && { keep: keep ?? undefined },
      ...defaultImage !== undefined && { defaultImage: defaultImage ?? undefined },
    };
  }

  /** Deploys, and compares the result with the reference model. */
  private async deploy(release: Release, faults: readonly Fault[]): Promise<void> {
    const { account, ours, state: before } = this;
    const first = await account.withFaults(faults, () => account.settle(ours.deploy(this.templateOf(release))));
    let outcome = first;
    let isDefaultCleared = false;
    // Somebody removes the cause of a rollback that failed, and continues it.
    for (const step of ['repeat', 'remove our entry', 'remove their default'] as const) {
      if (outcome === 'rollback failed') {
        if (ours.reason.startsWith('making a version')) {
          // No version has the label of the feed, and the one that gets it failed: it is tried again after ten minutes.
          await account.settle(account.world.sleep(11 * 60_000));
        } else if (step === 'remove our entry') {
          this.removeNightly(before, faults);
        } else if (step === 'remove their default') {
          this.removeTheirDefault();
          isDefaultCleared = true;
        }
        outcome = await account.settle(ours.rollBack());
      }
    }
    expect(await account.settle(ours.cleanUp())).toBe('complete');
    if (account.list.some(isNightly) && !ours.deployed.has('Targets')) {
      expect(isUnclear(before, faults)).toBe(true);
      account.setList(account.list.filter((one) => !isNightly(one)));
    }
    const mayFail = faults.length > 0 || this.model.mayFail(before, release);
    if (outcome !== 'complete') {
      expect([outcome, mayFail ? '' : ours.reason]).toEqual(['rolled back', '']);
    }
    const isSmooth = first === 'complete' && faults.length === 0;
    this.model.checkDeployment({ ...this.deploymentOf(release, outcome, before), isSmooth, faults, isDefaultCleared });
    this.release = outcome === 'complete' ? release : this.release;
  }

  private get state(): State {
    return this.account.stateWith(this.ours.deployed);
  }

  private templateOf(release: Release): Resource[] {
    this.deployments++;
    return template(release, this.deployments);
  }

  /** Returns a deployment without faults. */
  private deploymentOf(release: Release, outcome: Outcome, before: State): Deployment {
    return {
      release, outcome, isSmooth: outcome === 'complete', touched: this.ours.touched, faults: [], isDefaultCleared: false, before, after: this.state,
    };
  }

  /** Returns a deployment at the same time as something else, which succeeds. */
  private deploymentMeanwhile(release: Release, deployed: PromiseSettledResult<unknown>, before: State): Deployment {
    const outcome = deployed.status === 'fulfilled' ? deployed.value as Outcome : 'rollback failed';
    const allowed = this.model.mayFail(before, { ...release, fails: false }) ? ['complete', 'rolled back'] : ['complete'];
    expect([allowed.includes(outcome) ? 'expected' : outcome, this.ours.reason, deployed]).toEqual(['expected', this.ours.reason, deployed]);
    this.release = outcome === 'complete' ? release : this.release;
    return this.deploymentOf(release, outcome, before);
  }

  private removeNightly(before: State, faults: readonly Fault[]): void {
    const { account, ours: { reason } } = this;
    if (isUnclear(before, faults) && reason.includes(`'torch' with '${NIGHTLY.AppImageConfigName}'`)) {
      account.setList(account.list.filter((one) => !isNightly(one)));
    }
  }

  private removeTheirDefault(): void {
    const { account, ours: { reason } } = this;
    expect(reason).toContain('somebody else set another default image');
    account.setDefault({});
  }

  /** Pushes container images, and handles their events and those that are late, maybe during a deployment. */
  private async push({ pushes, atOnce, reversed, meanwhile, faults }: Of<'push'>): Promise<void> {
    const { account, ours, state: before } = this;
    const { repository, world } = account;
    const events = repository.late.splice(0);
    for (const { content, pause, event } of pushes) {
      const pushed = repository.push(content);
      events.push(...event === 'once' || event === 'twice' ? [pushed] : []);
      repository.late.push(...event === 'late' || event === 'twice' ? [pushed] : []);
      await account.settle(world.sleep(pause * 1_000));
    }
    const isDeployed = meanwhile !== null;
    const happening = isDeployed ? [] : faults;
    const ordered = ours.deployed.has('Feed') ? reversed ? events.reverse() : events : [];
    const release = { ...this.release, content: meanwhile ?? this.release.content };
    const delivered: boolean[] = [];
    const handle = async () => {
      if (atOnce) {
        delivered.push(...await Promise.all(ordered.map((one) => this.deliver(one))));
      }
      for (const one of atOnce ? [] : ordered) {
        delivered.push(await this.deliver(one));
      }
    };
    const [reports, started] = [account.reports, (START + world.now()) / 1_000];
    const [, deployed] = await account.withFaults(happening, () =>
      world.settle<unknown>(handle(), ...isDeployed ? [ours.deploy(this.templateOf(release))] : []));
    const isSure = delivered.every((ok) => ok);
    // A version that failed is tried again after ten minutes.
    const isRecent = (created: unknown) => started - Number(created) < 600;
    const mayFail = faults.length > 0 || before.versions.some(({ status, created, uri }) =>
      status === 'CREATE_FAILED' && isRecent(created) && ordered.some(({ digest }) => uri.endsWith(`@${digest}`)));
    expect(isSure || mayFail).toBe(true);
    // Failures are reported, unless the process was killed.
    expect(isSure || areKills(happening) || account.reports > reports).toBe(true);
    const deployment = isDeployed ? this.deploymentMeanwhile(release, deployed, before) : undefined;
    this.model.checkPushes(
      { pushes: ordered, isSure, faults: happening, before, after: this.state },
      deployment && { ...deployment, isSmooth: deployment.isSmooth && isSure },
    );
  }

  /** Sends the event of a push to the function, as EventBridge and Lambda do. Returns whether it succeeded. */
  private deliver(pushed: Push): Promise<boolean> {
    const { world, sageMaker, repository } = this.account;
    const [{ properties }, targets] = [this.ours.deployed.get('Feed')!, this.ours.deployed.get('Targets')];
    return untilDone(world, sageMaker, (process, clock) =>
      this.account.feedOn(process).react(repository.eventOf(pushed, properties, targets?.properties.Places ?? []), clock));
  }

  /** Another team deploys while we do. */
  private async deployTogether({ version, meanwhile }: Of<'another team deploys'>): Promise<void> {
    const { account, ours, state: before } = this;
    const entry = { ImageName: 'theirs', AppImageConfigName: 'theirs-jl', ImageVersionNumber: version };
    const release = { ...this.release, content: meanwhile };
    const [theirs, deployed] = await account.world.settle<unknown>(this.theirs.deploy([attachments([entry])]), ours.deploy(this.templateOf(release)));
    expect([theirs, this.theirs.reason]).toEqual([{ status: 'fulfilled', value: 'complete' }, '']);
    this.model.checkDeployment(this.deploymentMeanwhile(release, deployed, before));
    if (version !== this.theirVersion) {
      const had = this.others.some(isTheirs);
      this.others = had ? this.others.map((other) => isTheirs(other) ? entry : other) : [...this.others, entry];
      this.theirVersion = version;
    }
  }
}

/** Prints what happens, to find out why a sequence fails. */
function trace(what: string, details: object): void {
  if (process.env.MODEL_TRACE) {
    process.stderr.write(`${what} ${JSON.stringify(details)}\n`);
  }
}

/** Whether the entry that follows the feed may be that of somebody else: it is not where the label is, or that could not be read. */
function isUnclear(before: State, faults: readonly Fault[]): boolean {
  return faults.length > 0 || numberOf(before) !== before.labels.nightly;
}
