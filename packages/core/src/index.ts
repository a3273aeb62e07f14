export type { Problem, Parsed } from './problem/problem.ts';
export type { ControlRecord, ControlRow, EventDraft, EventRow, LogRow } from './event/log-row.ts';
export type { HookFilters, HookRequest, HookSelection, HttpAuth, HttpRequest, KafkaRequest, RabbitmqExchangeRequest, RabbitmqQueueRequest, SecretValue, Subject } from './hook/hook.ts';
export { FAILURE_CLASS } from './delivery/outcome.ts';
export type { Failure, FailureCode, Outcome } from './delivery/outcome.ts';
export type { Evidence, OutgoingBatch, OutgoingMessage, SendResult, Transport, TransportFactory } from './delivery/transport.ts';
export type { Clock, Random } from './clock.ts';
export { HooklineError, isHooklineError } from './problem/hookline-error.ts';
export type { HooklineErrorCode } from './problem/hookline-error.ts';
