import { closeSync, existsSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';

/** Given up when the disk is full, so that the write-ahead log can be emptied and what is open can still settle. More than a checkpoint needs. */
const RESERVE_BYTES = 16 * 1024 * 1024;

/** Room on the disk that only upkeep may use. While it is missing the disk counts as full. */
export class ReserveFile {
  readonly #file: string;
  #held: boolean;
  constructor(file: string) {
    this.#file = file;
    this.#held = existsSync(file);
  }

  /** Makes it where it is missing; false = there is no room for it. */
  hold(): boolean {
    if (this.#held) return true;
    try {
      const fd = openSync(this.#file, 'w');
      try {
        const block = Buffer.alloc(1024 * 1024);
        for (let written = 0; written < RESERVE_BYTES; ) written += writeSync(fd, block);
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
      this.#held = true;
    } catch {
      this.giveUp();
    }
    return this.#held;
  }

  giveUp(): void {
    rmSync(this.#file, { force: true });
    this.#held = false;
  }
}
