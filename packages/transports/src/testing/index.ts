export { transportConformance } from './transport-conformance.ts';
export type { ConformanceDestination, ReceivedMessage, TransportHarness } from './transport-harness.ts';
export { sampleBatch, sampleBodies } from './sample-batch.ts';
