import { expect, it } from 'vitest';
import { hashPassword, passwordProblem, verifyPassword } from './password.ts';

it('verifies the same password however it was composed, and no other', async () => {
  const stored = await hashPassword('gr\u00fc\u00dfe \u0000 😀 x');
  expect(stored).toMatch(/^scrypt\$65536\$8\$1\$/);
  expect(await verifyPassword('gru\u0308\u00dfe \u0000 😀 x', stored)).toBe(true);
  for (const other of ['gr\u00fc\u00dfe \u0000 😀', 'gr\u00fc\u00dfe ', 'GR\u00dc\u00dfe \u0000 😀 x', '']) expect(await verifyPassword(other, stored)).toBe(false);
  expect(await hashPassword('gr\u00fc\u00dfe \u0000 😀 x')).not.toBe(stored);
});

it('tells passwords apart beyond the 72 bytes where others stop', async () => {
  const stored = await hashPassword(`${'a'.repeat(72)}b`);
  expect(await verifyPassword(`${'a'.repeat(72)}c`, stored)).toBe(false);
});

it('verifies nothing against what is no hash of ours', async () => {
  for (const stored of [null, '', 'scrypt$1$1$1$x$y', '$2b$12$abcdefghijklmnopqrstuv', 'x'.repeat(1000)]) expect(await verifyPassword('password', stored)).toBe(false);
});

it.each([['short', 'seven77'], ['long', 'x'.repeat(1025)], ['long in bytes', '\u00e9'.repeat(513)], ['ill-formed', 'password\ud800']])('refuses one that is %s', (_name, password) => {
  expect(passwordProblem(password)).not.toBeNull();
});

it.each(['eight888', 'x'.repeat(1024), 'pass\u0000word', ' '.repeat(8)])('takes %j', (password) => {
  expect(passwordProblem(password)).toBeNull();
});
