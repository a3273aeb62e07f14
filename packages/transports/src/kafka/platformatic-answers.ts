import { classifyProtocolCode, nestedErrors } from './classify-kafka-error.ts';
import type { KafkaAnswer } from './kafka-producer-port.ts';

interface PartitionResponse {
  readonly index: number;
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

/**
 * What a failed send says about each partition: the client rejects the whole although other partitions, or the same one at an earlier try, may have been
 * acknowledged. Partitions that nothing is said about are absent.
 */
export function answersByPartition(error: unknown): ReadonlyMap<number, KafkaAnswer> {
  const answers = new Map<number, KafkaAnswer>();
  for (const { index, errorCode, errorMessage } of partitionResponses(error)) {
    if (answers.get(index) === null) continue;
    answers.set(index, errorCode === 0 ? null : classifyProtocolCode(errorCode, errorMessage, 'failed'));
  }
  for (const { partition } of (error as { produced?: { offsets?: readonly { partition: number }[] } }).produced?.offsets ?? []) answers.set(partition, null);
  return answers;
}

function* partitionResponses(error: unknown): Generator<PartitionResponse> {
  for (const inner of nestedErrors(error)) {
    const { response } = inner as { response?: { responses?: readonly { partitionResponses: readonly PartitionResponse[] }[] } };
    for (const topic of response?.responses ?? []) yield* topic.partitionResponses;
  }
}
