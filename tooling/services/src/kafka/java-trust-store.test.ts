import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rootCertificates } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { findProgram } from '../find-program.ts';
import { javaTrustStore } from './java-trust-store.ts';

it('holds every certificate', () => {
  const store = javaTrustStore(rootCertificates.join('\n'));
  expect(store.readUInt32BE(8)).toBe(rootCertificates.length);
  const bytes = rootCertificates.map((pem) => Buffer.from(pem.replaceAll(/-----[A-Z ]+-----/g, ''), 'base64'));
  expect(bytes.every((certificate) => store.includes(certificate))).toBe(true);
});

it.skipIf(findProgram('keytool') === null)('is a key store to Java', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'trust-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'cacerts');
  writeFileSync(file, javaTrustStore(rootCertificates.slice(0, 3).join('\n')));
  const { stdout } = spawnSync('keytool', ['-list', '-keystore', file, '-storepass', 'changeit'], { encoding: 'utf8' });
  expect(stdout).toContain('authority-2');
  expect(stdout).not.toContain('Exception');
});
