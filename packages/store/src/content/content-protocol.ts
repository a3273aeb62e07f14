export interface ContentPut {
  readonly accountId: number;
  readonly ref: string;
  readonly json: string;
  readonly nowMs: number;
}
export type PutResult = 'created' | 'same' | 'conflict' | 'full';

export interface ContentEntry {
  readonly ref: string;
  readonly json: string;
  readonly putAt: number;
}

export interface ContentLimits {
  readonly retentionMs: number;
  readonly bytesMax: number;
}

/** What the owner asks of the content thread; `open` comes first. */
export type ContentRequest =
  | { readonly kind: 'open'; readonly folder: string; readonly limits: ContentLimits }
  | ({ readonly kind: 'put' } & ContentPut)
  | { readonly kind: 'look_up'; readonly accountId: number; readonly refs: readonly string[]; readonly nowMs: number }
  | { readonly kind: 'clean_up'; readonly nowMs: number }
  | { readonly kind: 'close' };

export interface ContentAnswers extends Record<ContentRequest['kind'], unknown> {
  readonly open: null;
  readonly put: PutResult;
  readonly look_up: readonly ContentEntry[];
  readonly clean_up: null;
  readonly close: null;
}
