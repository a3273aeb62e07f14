import { describe } from 'vitest';
import { logConformance } from '../testing/log-conformance.ts';
import { MemoryLogBackend } from './memory-log-backend.ts';

describe('the event log in memory', () => {
  logConformance(
    async () => {
      const backend = new MemoryLogBackend(0, 'log');
      return { backend: () => backend, remove: async () => {} };
    },
    { sharedPlace: false },
  );
});
