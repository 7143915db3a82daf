import { problemsOf, uncertain } from './decide';
import { physicalIdOf, rememberedDigest } from './memory';
import type { Facts, Found, Wanted } from './model';
import { describe, parse } from './properties';
import type { Registry } from './registry';
import type { ContainerImageAttributes } from '../../kinds/container-image';
import { converge, type Step } from '../converge';
import type { Clock } from '../lifecycle/clock';
import type { CustomResourceEvent } from '../lifecycle/event';
import { Failure } from '../lifecycle/failure';
import type { Attributes, Kind } from '../lifecycle/kind';
import { log } from '../lifecycle/log';
import { Retries } from '../retries';
import { summary } from '../service/error-kinds';
import { LONGEST_CALL } from '../service/longest-call';
import { Tries } from '../tries';

/** Resolves the tag of a container image, and checks a container image before SageMaker uses it. It changes nothing. */
export class ContainerImages implements Kind {
  constructor(private readonly registry: Pick<Registry, 'find' | 'manifest' | 'role'>) {}

  public physicalId(event: CustomResourceEvent, attributes?: Attributes): string {
    return physicalIdOf(event, /@(.+)$/.exec(String(attributes?.ImageUri))?.[1]);
  }

  public async run(event: CustomResourceEvent, clock: Clock): Promise<Attributes | void> {
    if (event.RequestType === 'Delete') {
      return;
    }
    const wanted = parse(event.ResourceProperties);
    const { image, followTag } = wanted;
    const digest = rememberedDigest(event) ?? await this.check(wanted, clock);
    const attributes: ContainerImageAttributes = { ImageUri: followTag ? `${image.repositoryUri}@${digest}` : image.uri };
    return { ...attributes };
  }

  /** Checks the container image, and returns its digest if it is known. */
  private async check(wanted: Wanted, clock: Clock): Promise<string | undefined> {
    const { image, imageName, preflight } = wanted;
    const doing = `${preflight ? 'checking' : 'looking up'} ${describe(image)} for SageMaker image '${imageName}'`;
    const tries = new Tries(clock);
    const region = process.env.AWS_REGION!;
    const facts = image.region === region ? await this.read(wanted, doing, tries, clock) : { region };
    const problems = problemsOf(wanted, facts);
    log('checked', { doing, problems: problems.map(({ why }) => why), notChecked: [...tries.failed, ...uncertain(facts)] });
    if (problems.length > 0) {
      const [why, remedy] = (['why', 'remedy'] as const).map((part) => problems.map((problem) => problem[part]).join(', and '));
      throw new Failure(`${doing} failed: ${why}; nothing was changed; ${remedy}, and deploy again`, true, false, 'A container image is refused');
    }
    return typeof facts.found === 'object' ? facts.found.digest : undefined;
  }

  private async read({ image, followTag, preflight }: Wanted, doing: string, tries: Tries, clock: Clock): Promise<Facts> {
    const { roleArn } = preflight ?? {};
    const readImage = async () => {
      const found = followTag ? await this.resolve(image, doing, clock) : await tries.of('whether it exists', () => this.registry.find(image));
      const isReadable = preflight && typeof found === 'object' && found.status !== 'ARCHIVED';
      return { found, manifest: isReadable ? await tries.of('its platform', () => this.registry.manifest(image, found.digest)) : undefined };
    };
    // A role and its policies that were just created may not be known yet.
    const readRole = async () => roleArn === undefined ? undefined
      : tries.of('whether the role may pull it', () => this.registry.role(image, roleArn), ({ denied, isMissing }) => denied.length === 0 && !isMissing);
    const [ofImage, role] = await Promise.all([readImage(), readRole()]);
    return { region: image.region, ...ofImage, role };
  }

  /** Finds a container image whose digest is needed. */
  private async resolve(image: Wanted['image'], doing: string, clock: Clock): Promise<Found> {
    const retries = new Retries();
    return converge<Found>({
      doing,
      remedy: () => 'deploy again',
      longestRound: 2 * LONGEST_CALL,
      next: async (now): Promise<Step<Found>> => {
        try {
          return { do: 'finish', result: await this.registry.find(image) };
        } catch (error) {
          return retries.after(error, now()) ?? { do: 'give up', why: summary(error), remedy: 'fix the cause of this error and deploy again' };
        }
      },
      state: () => ({ untouched: true, description: 'nothing was changed' }),
    }, clock);
  }
}
