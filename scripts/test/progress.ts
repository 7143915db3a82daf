import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'fs';
import { dirname } from 'path';

/** After this time without a line, a line shows what runs. */
const SILENCE_SECONDS = 30;

/** A part that runs. */
export interface Active {
  readonly name: string;
  readonly started: number;
  /** Everything that it has printed so far. */
  readonly output: string;
}

/** Prints what `npm test` is doing: a line when a part starts and ends, and every 30 seconds in between. */
export class Progress {
  private readonly active = new Set<Active>();
  private readonly durations: Record<string, number>;
  private readonly timer: NodeJS.Timeout;
  private printed = Date.now();

  /**
   * @param file keeps the duration of each part, in seconds, for the next run
   */
  constructor(private readonly file: string) {
    this.durations = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
    this.timer = setInterval(() => this.beat(), 1_000);
  }

  /** Prints a line. */
  public print(line: string): void {
    this.printed = Date.now();
    console.log(line);
  }

  /** A part starts. */
  public start(part: Active, minutes: number): void {
    this.active.add(part);
    const before = this.durations[part.name];
    this.print(`started ${part.name} (${before === undefined ? '' : `last time ${duration(before)}, `}at most ${minutes} min)`);
  }

  /** A part ends; returns its duration in seconds. */
  public end(part: Active): number {
    this.active.delete(part);
    return this.durations[part.name] = Math.round((Date.now() - part.started) / 1000);
  }

  /** The run ends. */
  public close(): void {
    clearInterval(this.timer);
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(this.file, JSON.stringify(this.durations));
  }

  private beat(): void {
    if (this.active.size > 0 && Date.now() - this.printed >= SILENCE_SECONDS * 1000) {
      this.print(`running ${[...this.active].map((part) => describeActive(part, Date.now())).join(', ')}`);
    }
  }
}

/** Describes what a part has done so far. */
export function describeActive({ name, started, output }: Active, now: number): string {
  const { tests, failed } = soFar(output);
  const details = [duration(Math.round((now - started) / 1000)), ...tests ? [tests] : [], ...failed > 0 ? [`${failed} failed`] : []];
  return `${name} (${details.join(', ')})`;
}

/** Counts in the output of Jest, which prints a line for each file, and of pytest, which prints a character for each test. */
export function soFar(output: string): { tests?: string; failed: number } {
  const files = output.match(/^(PASS|FAIL) /gm) ?? [];
  const characters = (output.match(/^[.FEsxX]+(?= *(\[ *\d+%\])?$)/gm) ?? []).join('');
  const counted = [[files.length, 'test file'], [characters.length, 'test']] as const;
  const nonZero = counted.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`);
  return {
    tests: nonZero.length > 0 ? `${nonZero.join(' and ')} so far` : undefined,
    failed: files.filter((file) => file.startsWith('FAIL')).length + characters.replace(/[^FE]/g, '').length,
  };
}

/** Renders a number of seconds, such as `2 min 5 s`. */
export function duration(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
