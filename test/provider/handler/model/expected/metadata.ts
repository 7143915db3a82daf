import type { Json } from '../../../../../src/provider/handler/service/json';
import type { State } from '../account';
import type { Fault } from '../faults';
import { contentOf, isPushed, type Made, type Repository } from '../repository';

/** The metadata of versions that feeds make, by the content of the Dockerfile modulo their number: with labels, and without. */
const WITH_LABELS: readonly Json[] = [
  { Processor: 'CPU' },
  { MLFramework: 'PyTorch 2.4', Processor: 'GPU', Horovod: true, ReleaseNotes: 'faster' },
  { JobType: 'TRAINING', Processor: 'CPU' },
  { Processor: 'CPU', ReleaseNotes: 'for notebooks' },
];
const WITHOUT_LABELS: Json = { Processor: 'CPU' };
const MEMBERS = ['VendorGuidance', 'JobType', 'MLFramework', 'ProgrammingLang', 'Processor', 'Horovod', 'ReleaseNotes'];

/** What a feed says about the versions that it makes. */
export class Metadata {
  /** What was found first, by number and time. */
  private readonly known = new Map<string, Json>();

  constructor(private readonly repository: Repository) {}

  /**
   * Checks new versions, and that nothing but the record of the last push changes.
   *
   * @param reads whether the feed reads labels: both values while this changes
   */
  public check({ versions }: State, reads: readonly boolean[], some: readonly Fault[]): void {
    const mayFail = some.some(({ operation }) => operation === 'BatchGetImage');
    for (const version of versions.filter(isPushed)) {
      const key = `${version.number} ${version.created}`;
      const metadata = this.withoutRecord(version);
      const first = [
        ...reads.includes(true) ? [WITH_LABELS[contentOf(version.uri) % WITH_LABELS.length]] : [],
        ...mayFail || reads.includes(false) ? [WITHOUT_LABELS] : [],
      ];
      expect(this.known.has(key) ? [this.known.get(key)] : first).toContainEqual(metadata);
      this.known.set(key, metadata);
    }
  }

  /** Returns the metadata without the record, which is that of a push of the container image. */
  private withoutRecord({ uri, metadata }: Made): Json {
    const found = Object.fromEntries(MEMBERS.filter((name) => name in metadata).map((name) => [name, metadata[name]]));
    const [, text, tag, time] = /^(?:(.*) )?\((\S+) pushed (\S+)\)$/.exec(String(found.ReleaseNotes)) ?? [];
    const pushes = this.repository.pushes.filter(({ digest }) => uri.endsWith(`@${digest}`));
    expect(pushes.map((push) => `${push.tag} ${push.time}`)).toContain(`${tag} ${Date.parse(time) / 1_000}`);
    const { ReleaseNotes, ...rest } = found;
    return { ...rest, ...text !== undefined && { ReleaseNotes: text } };
  }
}
