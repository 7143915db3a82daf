import type { Service } from '../service/client';

/**
 * After a write, release notes count as final when they have been right for this long, in milliseconds.
 *
 * It is longer than the time between a read by another run and the write that it is based on.
 */
export const QUIET = 3_000;

/** Writes the times of pushes to the release notes of versions. SageMaker has no conditional write. */
export class Records {
  private writtenAt = -Infinity;

  constructor(private readonly service: Pick<Service, 'send'>, private readonly imageName: string, private readonly now: () => number) {}

  public async write(version: number, notes: string): Promise<void> {
    try {
      await this.service.send('UpdateImageVersion', { ImageName: this.imageName, Version: version, ReleaseNotes: notes });
    } finally {
      // Without a response too.
      this.writtenAt = this.now();
    }
  }

  /** The milliseconds from a read until another run, which read before the last write, can no longer replace what was written. */
  public timeUntilSafe(readAt: number): number {
    return this.writtenAt + QUIET - readAt;
  }
}
