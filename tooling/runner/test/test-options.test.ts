import { expect, it } from 'vitest';
import { parseTestOptions } from '../src/test-options.ts';

it.each([
  [[], { stages: ['checks', 'unit', 'integration', 'process'], filters: [] }],
  [['--only', 'unit'], { stages: ['unit'], filters: [] }],
  [['--only', 'process,checks', '--only=unit'], { stages: ['checks', 'unit', 'process'], filters: [] }],
  [['packages/core', 'amqp'], { stages: ['unit', 'integration', 'process'], filters: ['packages/core', 'amqp'] }],
  [['--only', 'integration', 'amqp'], { stages: ['integration'], filters: ['amqp'] }],
])('%j', (argv, options) => {
  expect(parseTestOptions(argv)).toEqual(options);
});

it.each([[['--only', 'units']], [['--watch']]])('says what is wrong with %j', (argv) => {
  expect(parseTestOptions(argv)).toMatch(/units|watch/);
});
