import { defineConfig } from 'vitest/config';

const folders = '{packages,apps,tooling}/*/{src,test}/**';
const needsServices = [`${folders}/*.integration.test.ts`, `${folders}/*.conformance.test.ts`];
const wholeProcesses = [`${folders}/*.process.test.ts`];
const withServices = { globalSetup: ['tooling/services/src/vitest/global-setup.ts'], testTimeout: 60_000, hookTimeout: 120_000 };

// A shared CI machine stalls now and then: what fails there once is run once more before it counts.
const retry = process.env['CI'] ? 1 : 0;

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    retry,
    projects: [
      { extends: true, test: { name: 'unit', include: [`${folders}/*.test.ts`], exclude: [...needsServices, ...wholeProcesses, '**/node_modules/**'], testTimeout: 30_000 } },
      { extends: true, test: { ...withServices, name: 'integration', include: needsServices } },
      // these start and kill the whole product: one file after the other, so that they time themselves and not each other
      { extends: true, test: { ...withServices, name: 'process', include: wholeProcesses, fileParallelism: false, testTimeout: 300_000 } },
    ],
  },
});
