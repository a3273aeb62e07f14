import type { TestProject } from 'vitest/node';
import { openServiceDesk } from './shared-services.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where a test file asks for a shared service. */
    serviceDesk: string;
  }
}

/** vitest calls this once for a project that needs services, and what it answers at the end. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const desk = await openServiceDesk();
  project.provide('serviceDesk', desk.url);
  return desk.close;
}
