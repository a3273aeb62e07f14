// An export as server-sent events: its whole view at once, each second while it runs and at each change, a comment as heartbeat, and after the view of its end nothing more.
import type { Clock } from '@hookline/core';
import type { ExportRun } from '@hookline/store';
import { EDGE_LIMITS } from '../limits.ts';
import type { Exports } from '../ports.ts';
import { type ExportView, viewExport } from './export-view.ts';

export interface ExportStreams {
  /** null = there are too many already, of this account or of all. */
  open(accountId: number, run: ExportRun): ReadableStream<Uint8Array> | null;
  /** Ends all of them: the process stops. */
  close(): void;
}

export function createExportStreams({ exports, clock, report }: { readonly exports: Exports; readonly clock: Clock; readonly report: (error: unknown) => void }): ExportStreams {
  const open = new Map<ExportStream, number>();
  return {
    open(accountId, run) {
      const ofAccount = [...open.values()].filter((account) => account === accountId).length;
      if (open.size >= EDGE_LIMITS.exportStreamsMax || ofAccount >= EDGE_LIMITS.exportStreamsOfAccountMax) return null;
      const stream = new ExportStream(exports, clock, run, { report, onEnd: () => open.delete(stream) });
      open.set(stream, accountId);
      return stream.readable;
    },
    close() {
      for (const stream of open.keys()) stream.end();
    },
  };
}

const TEXT = new TextEncoder();

class ExportStream {
  readonly readable: ReadableStream<Uint8Array>;
  readonly #exports: Exports;
  readonly #clock: Clock;
  readonly #hooks: { readonly report: (error: unknown) => void; readonly onEnd: () => void };
  #run: ExportRun;
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  #cancelTimer: (() => void) | null = null;
  #stopListening: () => void = () => {};
  #sentAt = 0;
  #sending = false;
  #changed = false;

  constructor(exports: Exports, clock: Clock, run: ExportRun, hooks: { readonly report: (error: unknown) => void; readonly onEnd: () => void }) {
    this.#exports = exports;
    this.#clock = clock;
    this.#run = run;
    this.#hooks = hooks;
    this.readable = new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
        this.#stopListening = exports.onChange((changed) => {
          if (changed.id !== run.id) return;
          const isVisible = changed.version !== this.#run.version;
          this.#run = changed;
          if (isVisible) this.#send();
        });
        this.#send();
      },
      cancel: () => this.end(),
    });
  }

  #send(): void {
    if (this.#sending) {
      this.#changed = true;
      return;
    }
    this.#sending = true;
    void this.#sendNow()
      .catch((error: unknown) => {
        this.#hooks.report(error);
        this.end();
      })
      .finally(() => {
        this.#sending = false;
        if (this.#changed) {
          this.#changed = false;
          this.#send();
        }
      });
  }

  async #sendNow(): Promise<void> {
    this.#cancelTimer?.();
    const view: ExportView = await viewExport(this.#exports, this.#run);
    // A reader that does not read gets the next one when it does.
    if ((this.#controller?.desiredSize ?? 0) > -EDGE_LIMITS.exportStreamBacklogMax) this.#write(`data: ${JSON.stringify(view)}\n\n`);
    if (view.finished_at !== null) return this.end();
    this.#wait();
  }

  #wait(): void {
    if (!this.#controller) return;
    this.#cancelTimer = this.#clock.after(EDGE_LIMITS.exportStreamPauseMs, () => {
      if (this.#run.status === 'in_progress') return this.#send();
      if (this.#clock.monotonic() - this.#sentAt >= EDGE_LIMITS.exportStreamHeartbeatMs) this.#write(': heartbeat\n\n');
      this.#wait();
    });
  }

  #write(text: string): void {
    this.#sentAt = this.#clock.monotonic();
    this.#controller?.enqueue(TEXT.encode(text));
  }

  end(): void {
    const controller = this.#controller;
    if (!controller) return;
    this.#controller = null;
    this.#cancelTimer?.();
    this.#stopListening();
    this.#hooks.onEnd();
    try {
      controller.close();
    } catch {
      // The reader has gone: it is closed already.
    }
  }
}
