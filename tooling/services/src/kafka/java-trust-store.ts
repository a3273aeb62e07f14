import { createHash } from 'node:crypto';

/** What Java takes every trust store to be locked with. */
const PASSWORD = 'changeit';
const MAGIC = 0xfeedfeed;
const VERSION = 2;
const TRUSTED_CERTIFICATE = 2;

/**
 * The machine's authorities (PEM, as in ca-certificates.crt) as a Java key store. Debian makes its own when Java is installed, so one that is only unpacked has
 * none and Maven could trust nobody.
 */
export function javaTrustStore(pem: string): Buffer {
  const certificates = [...pem.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g)].map(([, base64 = '']) => Buffer.from(base64, 'base64'));
  const entries = certificates.flatMap((certificate, index) => [int32(TRUSTED_CERTIFICATE), text(`authority-${index}`), Buffer.alloc(8), text('X.509'), int32(certificate.length), certificate]);
  const store = Buffer.concat([int32(MAGIC), int32(VERSION), int32(certificates.length), ...entries]);
  // the format's own salt
  const seal = createHash('sha1').update(Buffer.from(PASSWORD, 'utf16le').swap16()).update('Mighty Aphrodite').update(store).digest();
  return Buffer.concat([store, seal]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value.length);
  return Buffer.concat([bytes, Buffer.from(value)]);
}
