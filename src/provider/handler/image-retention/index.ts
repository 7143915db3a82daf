import type { Guidance, Options } from './model';
import { candidates, type Facts, NO_LIMIT, type Plan, plan } from './plan';
import { managedIn, parse } from './properties';
import { numbersOf, type Outcome, reportOf } from './report';
import { StudioUsage } from './studio-usage';
import { Calls, Unreadable } from '../calls';
import type { Clock } from '../lifecycle/clock';
import type { CustomResourceEvent } from '../lifecycle/event';
import { Failure } from '../lifecycle/failure';
import type { Attributes, Kind } from '../lifecycle/kind';
import { log } from '../lifecycle/log';
import type { Service } from '../service/client';
import { kindOf, summary } from '../service/error-kinds';
import { Images } from '../service/images';
import { LONGEST_CALL } from '../service/longest-call';

/** How long a change is tried again while the image is busy, in milliseconds. */
const BUSY = 60_000;
/** How long all changes together wait for that, in milliseconds: what SageMaker refuses for good must not use up the time of the others. */
const PATIENCE = 150_000;
/** How long to wait for the end of one deletion, in milliseconds. */
const DELETION = 180_000;
const PAUSE = 3_000;

/**
 * Deletes the versions of an image that nothing uses.
 *
 * There is no lock: whatever was read may change at any time. So each version is checked again just before it is deleted. If
 * anything cannot be read, nothing is deleted.
 */
export class ImageRetention implements Kind {
  /** @param wallClock the time in epoch milliseconds */
  constructor(private readonly service: Pick<Service, 'send'>, private readonly wallClock: () => number = Date.now) {}

  public physicalId({ ResourceProperties }: CustomResourceEvent): string {
    return `${parse(ResourceProperties).image}/retention`;
  }

  public async run({ RequestType, ResourceProperties, OldResourceProperties }: CustomResourceEvent, clock: Clock): Promise<Attributes | void> {
    if (RequestType === 'Delete') {
      return;
    }
    const given = parse(ResourceProperties);
    const isNew = OldResourceProperties?.ImageName !== given.image;
    // What the stack used before is not known, and its rollback may need it.
    const options = { ...given, dryRun: given.dryRun || isNew };
    const run = new Run(this.service, clock, this.wallClock, options, managedIn(ResourceProperties, OldResourceProperties ?? {}));
    const stopped = await run.work().then(() => undefined, (error) => whyUnreadable(error, options, isNew));
    const { outcome, planned } = run;
    const report = reportOf(planned, outcome, given.dryRun ? 'dry run' : isNew ? FIRST_RUN : undefined, stopped);
    log(stopped === undefined ? 'retention' : 'retention stopped', { ...options, stopped, report, deleted: outcome.deleted, plan: planned });
    if (stopped !== undefined && options.failIfUnreadable) {
      throw new Failure(`deleting unused versions of image '${options.image}' failed: ${report}; make sure that the function may read all domains, `
        + 'user profiles, spaces and apps of the Region, and deploy again', outcome.deleted.length + outcome.marked.size === 0, false, 'Retention deletes nothing');
    }
    return { Report: report, DeletedVersions: numbersOf(outcome) };
  }
}

/** @throws Failure if the image does not exist, and was not named before */
function whyUnreadable(error: unknown, { image }: Options, isNew: boolean): string {
  if (kindOf(error) === 'missing') {
    if (isNew) {
      throw new Failure(`deleting unused versions failed: image '${image}' does not exist; nothing was changed; use an existing image in this account and Region`, true);
    }
    return `image '${image}' does not exist`;
  }
  return error instanceof Unreadable ? error.message : summary(error);
}

/** One run for one image. */
class Run {
  public planned: Plan = { delete: [], mark: [], keep: [] };
  public readonly outcome: Outcome = { deleted: [], marked: new Map(), failed: new Map() };
  private readonly calls: Calls;
  private readonly images: Images;
  private readonly usage: StudioUsage;
  /** How long changes have waited so far, in milliseconds. */
  private waited = 0;

  constructor(
    private readonly service: Pick<Service, 'send'>, private readonly clock: Clock, private readonly wallClock: () => number,
    private readonly options: Options, private readonly managed: ReadonlySet<number> | undefined,
  ) {
    this.calls = new Calls(service, clock, clock.deadline - LONGEST_CALL);
    this.images = new Images(this.calls);
    this.usage = new StudioUsage(this.calls, clock, options.image);
  }

  /** @throws Unreadable, or another error if a response is not complete */
  public async work(): Promise<void> {
    const versions = await this.versions();
    const { delete: free, retire } = candidates(versions, this.options);
    const guidance = await this.guidanceOf(retire);
    // Versions that have been marked before need no further reading.
    const toMark = plan({ ...versions, guidance, aliases: new Map(retire.map((number) => [number, []])), references: [] }, this.options).mark;
    const aliases = await this.aliasesOf([...free, ...toMark.map(({ number }) => number)]);
    const unlabeled = this.planned = plan({ ...versions, guidance, aliases, references: [] }, this.options);
    if (unlabeled.delete.length + unlabeled.mark.length === 0) {
      return;
    }
    // Until Studio has been read, nothing may look as if it could be deleted.
    this.planned = plan({ ...versions, guidance, aliases }, this.options);
    const { delete: toDelete, mark } = this.planned = plan({ ...versions, guidance, aliases, references: await this.usage.read() }, this.options);
    if (this.options.dryRun) {
      return;
    }
    for (const { number } of mark) {
      await this.change(number, (checked) => this.mark(number, checked));
    }
    for (const number of toDelete) {
      if (!await this.change(number, (checked) => this.delete(number, checked))) {
        return;
      }
    }
  }

  /** Checks a version again and changes it. Returns false if nothing more can be changed in this run. */
  private async change(number: number, act: (checked: Plan) => Promise<string | undefined>): Promise<boolean> {
    const { outcome: { failed }, clock: { now, sleep } } = this;
    for (const start = now(); ;) {
      const checked = plan(await this.read(number), this.options);
      try {
        const why = await act(checked);
        if (why !== undefined) {
          failed.set(number, why);
        }
        return why !== STILL_DELETING;
      } catch (error) {
        if (error instanceof Unreadable) {
          failed.set(number, STILL_DELETING);
          throw error;
        }
        if (!['busy', 'unknown', 'denied'].includes(kindOf(error)) || now() - start > BUSY || this.waited > PATIENCE) {
          failed.set(number, summary(error));
          return true;
        }
        log('waiting', { number, why: summary(error) });
        this.waited += PAUSE;
        await sleep(PAUSE);
      }
    }
  }

  /** Deletes a version, and waits until it is gone: SageMaker deletes one version of an image at a time. */
  private async delete(number: number, { delete: deletable, keep }: Plan): Promise<string | undefined> {
    const { image: ImageName } = this.options;
    if (!deletable.includes(number)) {
      return whyNot(number, keep);
    }
    log('deleting', { image: ImageName, number });
    await this.service.send('DeleteImageVersion', { ImageName, Version: number }).catch(async (error) => {
      // Without a response, the deletion may have begun.
      if (kindOf(error) !== 'missing' && (kindOf(error) !== 'unknown' || await this.statusOf(number) === 'CREATED')) {
        throw error;
      }
    });
    for (const start = this.clock.now(); this.clock.now() - start < DELETION;) {
      const status = await this.statusOf(number);
      if (status === undefined) {
        this.outcome.deleted.push(number);
        return undefined;
      }
      if (status.startsWith('DELETE_FAILED')) {
        return status;
      }
      await this.clock.sleep(PAUSE);
    }
    return STILL_DELETING;
  }

  private async mark(number: number, { mark, keep }: Plan): Promise<string | undefined> {
    const guidance: Guidance | undefined = mark.find((one) => one.number === number)?.guidance;
    if (!guidance) {
      return whyNot(number, keep);
    }
    await this.service.send('UpdateImageVersion', { ImageName: this.options.image, Version: number, VendorGuidance: guidance });
    this.outcome.marked.set(number, guidance);
    return undefined;
  }

  /** Reads what protects one version. */
  private async read(number: number): Promise<Facts> {
    const references = await this.usage.read();
    const versions = await this.versions();
    return { ...versions, references, guidance: await this.guidanceOf([number]), aliases: await this.aliasesOf([number]) };
  }

  private async versions(): Promise<Facts> {
    const versions = await this.images.allVersions(this.options.image);
    if (!this.managed) {
      throw new Unreadable('the numbers of the versions of this app are not known');
    }
    return { versions, managed: this.managed, now: this.wallClock() / 1_000, aliases: new Map(), guidance: new Map() };
  }

  private async aliasesOf(numbers: number[]): Promise<Map<number, string[]>> {
    const aliases = new Map<number, string[]>();
    for (const number of numbers) {
      // A version that is gone stays without aliases, and is not deleted.
      await this.images.allAliases(this.options.image, number).then((found) => aliases.set(number, found), ignoreMissing);
    }
    return aliases;
  }

  private async guidanceOf(numbers: number[]): Promise<Map<number, string | undefined>> {
    const guidance = new Map<number, string | undefined>();
    for (const number of numbers) {
      await this.calls.send('DescribeImageVersion', { ImageName: this.options.image, Version: number })
        .then(({ VendorGuidance }) => guidance.set(number, VendorGuidance as string | undefined), ignoreMissing);
    }
    return guidance;
  }

  /** Returns the status of a version, and the reason if its deletion failed, or undefined if it is gone. */
  private async statusOf(Version: number): Promise<string | undefined> {
    const found = await this.calls.send('DescribeImageVersion', { ImageName: this.options.image, Version }).catch(ignoreMissing);
    return found && `${found.ImageVersionStatus}${found.FailureReason === undefined ? '' : `: ${found.FailureReason}`}`;
  }
}

const FIRST_RUN = 'first run, which changes nothing, so that a rollback finds all versions';
const STILL_DELETING = 'its deletion has not ended yet';

/** Why a version that was to be changed is not. */
function whyNot(number: number, keep: Plan['keep']): string {
  const kept = keep.find((one) => one.number === number);
  return kept ? kept.reasons.filter((reason) => reason !== NO_LIMIT).join(', ') || 'it is marked already' : 'it is gone';
}

function ignoreMissing(error: unknown): undefined {
  if (kindOf(error) !== 'missing') {
    throw error;
  }
  return undefined;
}
