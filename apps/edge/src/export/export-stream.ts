// An export as server-sent events: its whole view at once, each second while it runs and at each change, and after the view of its end nothing more.
import type { Clock } from '@hookline/core';
import type { ExportRun } from '@hookline/store';
import type { SentEvents, StreamWriter } from '../http/sent-events.ts';
import { EDGE_LIMITS } from '../limits.ts';
import type { Exports } from '../ports.ts';
import { viewExport } from './export-view.ts';

export interface ExportStreamDeps {
  readonly exports: Exports;
  readonly clock: Clock;
  readonly report: (error: unknown) => void;
}

/** `stillMay` is asked each second. */
export function followExport(deps: ExportStreamDeps, run: ExportRun, stillMay: () => Promise<boolean>): StreamWriter {
  return (stream) => new ExportStream(deps, run, stillMay, stream).start();
}

class ExportStream {
  readonly #deps: ExportStreamDeps;
  readonly #stillMay: () => Promise<boolean>;
  readonly #stream: SentEvents;
  #run: ExportRun;
  #cancelTimer: () => void = () => {};
  #ended = false;
  #sending = false;
  #changed = false;

  constructor(deps: ExportStreamDeps, run: ExportRun, stillMay: () => Promise<boolean>, stream: SentEvents) {
    this.#deps = deps;
    this.#run = run;
    this.#stillMay = stillMay;
    this.#stream = stream;
  }

  start(): () => void {
    const stopListening = this.#deps.exports.onChange((changed) => {
      if (changed.id !== this.#run.id) return;
      const isVisible = changed.version !== this.#run.version;
      this.#run = changed;
      if (isVisible) this.#send();
    });
    this.#send();
    return () => {
      this.#ended = true;
      this.#cancelTimer();
      stopListening();
    };
  }

  #send(): void {
    if (this.#sending) {
      this.#changed = true;
      return;
    }
    this.#sending = true;
    void this.#sendNow()
      .catch((error: unknown) => {
        this.#deps.report(error);
        this.#stream.end();
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
    this.#cancelTimer();
    const view = await viewExport(this.#deps.exports, this.#run);
    // A reader that does not read gets the next one when it does.
    if (!this.#stream.isSlow()) this.#stream.send(JSON.stringify(view));
    if (view.finished_at !== null) return this.#stream.end();
    this.#wait();
  }

  #wait(): void {
    if (this.#ended) return;
    this.#cancelTimer = this.#deps.clock.after(EDGE_LIMITS.exportStreamPauseMs, () => void this.#tick());
  }

  async #tick(): Promise<void> {
    if (!(await this.#stillMay().catch(() => false))) return this.#stream.end();
    if (this.#run.status === 'in_progress') return this.#send();
    this.#stream.keepAlive();
    this.#wait();
  }
}
