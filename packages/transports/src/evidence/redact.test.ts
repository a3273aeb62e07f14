import { describe, expect, it } from 'vitest';
import { createRedact, cutBody, EVIDENCE_BODY_BYTES_MAX, maskValues, redactOutcome } from './redact.ts';

describe('createRedact', () => {
  const secret = 'pa"ss wörd';
  const redact = createRedact([secret, 'abc']);

  it.each([
    ['as it is', secret],
    ['percent-encoded', encodeURIComponent(secret)],
    ['in JSON', JSON.stringify({ secret })],
    ['in base64', Buffer.from(secret).toString('base64')],
  ])('hides a secret %s', (_, text) => {
    const clean = redact(`before ${text} after`);
    expect(clean).toContain('***');
    expect(clean).not.toContain('ss w');
    expect(clean).not.toContain(Buffer.from(secret).toString('base64'));
  });

  it('leaves alone what is too short to be told from other text', () => {
    expect(redact('abcabc')).toBe('abcabc');
  });

  it('hides the longer of two secrets that begin alike', () => {
    expect(createRedact(['token', 'token-long'])('token-long token')).toBe('*** ***');
  });
});

it('hides a secret that a broker repeats', () => {
  const failure = { kind: 'failed', code: 'credentials', message: 'no user with password canary' } as const;
  expect(redactOutcome(failure, createRedact(['canary']))).toEqual({ ...failure, message: 'no user with password ***' });
});

it('cuts between characters', () => {
  const cut = cutBody(`${'a'.repeat(EVIDENCE_BODY_BYTES_MAX - 1)}ü`);
  expect(cut).toBe('a'.repeat(EVIDENCE_BODY_BYTES_MAX - 1));
  expect(cutBody('short')).toBe('short');
});

it('masks the values of secret headers', () => {
  expect(maskValues({ 'x-key': 'v', 'webhook-id': 'd' }, new Set(['x-key']))).toEqual({ 'x-key': '***', 'webhook-id': 'd' });
});
