import { createHash } from 'crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';
import type { Mutant } from './instrument';
import type { Killer, Status } from './worker';

const ROOT = join(__dirname, '..', '..');
const RESULTS = join(ROOT, '.build', 'mutation', 'results.json');
/** Survivors that cannot matter: for each file, `source line: original → replacement` and the reason. */
const ACCEPTED = join(ROOT, 'test', 'mutation', 'survivors.json');

/** What happened to a mutant. */
export interface Result extends Mutant {
  readonly status: Status;
  /** The test that noticed the mutant. */
  readonly killer?: Killer;
}

interface FileResults {
  /** Of the source that was mutated. */
  readonly hash: string;
  readonly results: Result[];
}

/** The results of all files, from this run and from earlier ones. */
export class Results {
  private readonly files: Record<string, FileResults> = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : {};
  private readonly accepted: Record<string, Record<string, string>> = existsSync(ACCEPTED) ? JSON.parse(readFileSync(ACCEPTED, 'utf8')) : {};

  /** The earlier result of a mutant, unless the source has changed since. */
  public of(mutant: Mutant): Result | undefined {
    const file = this.files[mutant.file];
    return file?.hash === hashOf(mutant.file) ? file.results.find((one) => idOf(one) === idOf(mutant)) : undefined;
  }

  /** The test that noticed the same mutant earlier, even in another version of the source. */
  public killerOf(mutant: Mutant): Killer | undefined {
    return this.files[mutant.file]?.results.find((one) => one.killer && keyOf(one) === keyOf(mutant))?.killer;
  }

  public add(result: Result): void {
    const earlier = this.files[result.file];
    const hash = hashOf(result.file);
    const others = earlier?.hash === hash ? earlier.results.filter((one) => idOf(one) !== idOf(result)) : [];
    this.files[result.file] = { hash, results: [...others, result] };
  }

  public save(): void {
    mkdirSync(dirname(RESULTS), { recursive: true });
    writeFileSync(RESULTS, JSON.stringify(this.files, undefined, 1));
  }

  /** A table of all files, and what survived in each. */
  public summary(mutants: Mutant[]): string {
    const results = mutants.flatMap((mutant) => this.of(mutant) ?? []);
    const files = [...new Set(results.map(({ file }) => file))];
    const rows = files.map((file) => this.row(file, results.filter((one) => one.file === file)));
    const survivors = results.filter((one) => this.matters(one))
      .map(({ file, line, column, original, replacement, status }) => `${file}:${line}:${column} ${status}: ${oneLine(original)} → ${oneLine(replacement) || '(nothing)'}`);
    return [...survivors, '', ...rows, ...rows.length > 1 ? [this.row('all files', results)] : [], ...this.stale(mutants)].join('\n');
  }

  /** The percentage of mutants that tests noticed, without those that cannot matter. */
  public score(mutants: Mutant[]): number {
    const results = mutants.flatMap((mutant) => this.of(mutant) ?? []).filter((one) => !this.isAccepted(one));
    return results.length === 0 ? 100 : 100 * results.filter(isNoticed).length / results.length;
  }

  private row(name: string, results: Result[]): string {
    const noticed = results.filter(isNoticed).length;
    const accepted = results.filter((one) => this.isAccepted(one)).length;
    const survived = results.length - noticed - accepted;
    return `${this.score(results).toFixed(1).padStart(6)} %  ${name}: ${results.length} mutants, ${survived} survived${accepted > 0 ? `, ${accepted} cannot matter` : ''}`;
  }

  private matters(result: Result): boolean {
    return !isNoticed(result) && !this.isAccepted(result);
  }

  private isAccepted(result: Result): boolean {
    return !isNoticed(result) && this.accepted[result.file]?.[keyOf(result)] !== undefined;
  }

  /** Accepted survivors that are not among the mutants any more, or that a test notices. */
  private stale(mutants: Mutant[]): string[] {
    const files = new Set(mutants.map(({ file }) => file));
    const surviving = new Set(mutants.filter((mutant) => !isNoticed(this.of(mutant))).map((one) => `${one.file}: ${keyOf(one)}`));
    return Object.entries(this.accepted).filter(([file]) => files.has(file))
      .flatMap(([file, reasons]) => Object.keys(reasons).map((key) => `${file}: ${key}`))
      .filter((one) => !surviving.has(one)).map((one) => `no longer survives, remove it from test/mutation/survivors.json: ${one}`);
  }
}

function isNoticed(result: Result | undefined): boolean {
  return result?.status === 'killed' || result?.status === 'timeout';
}

/** What identifies a mutant after other lines have changed. */
function keyOf({ context, original, replacement }: Mutant): string {
  return `${oneLine(context)}: ${oneLine(original)} → ${oneLine(replacement)}`.trim();
}

function idOf(mutant: Mutant): string {
  return `${mutant.line}:${mutant.column} ${keyOf(mutant)}`;
}

function oneLine(code: string): string {
  const line = code.replace(/\s+/g, ' ');
  return line.length > 100 ? `${line.slice(0, 80)} … ${line.slice(-15)}` : line;
}

function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(join(ROOT, file))).digest('hex');
}
