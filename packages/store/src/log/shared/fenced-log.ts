import type { LaneOp } from '../lane-store.ts';
import type { ObservedLog } from '../remote/observed-log.ts';
import type { LaneWriter } from './lane-writer.ts';
import { LogView } from './log-view.ts';

/** A shard for one lane that this process holds by a token. */
export class FencedLog extends LogView {
  readonly #writer: LaneWriter;
  readonly #lane: string;
  readonly #token: number;
  constructor(log: ObservedLog, writer: LaneWriter, { lane, token }: { readonly lane: string; readonly token: number }) {
    super(log);
    this.#writer = writer;
    this.#lane = lane;
    this.#token = token;
  }
  commit(ops: readonly LaneOp[]): Promise<void> {
    return this.#writer.commit({ ops, fences: [{ kind: 'lane', lane: this.#lane, token: this.#token }], scannedSlots: [] });
  }
}
