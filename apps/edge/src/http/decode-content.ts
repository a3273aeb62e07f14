import { promisify } from 'node:util';
import { brotliDecompress, createBrotliDecompress, createGunzip, createInflate, createZstdDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import type { Transform } from 'node:stream';
import { refuse, type Refusal } from './refusal.ts';

// A compressed body is measured by what comes out of it: 51 kB of gzip can be 50 MiB. One encoding, never stacked.

export type ContentEncoding = 'gzip' | 'deflate' | 'br' | 'zstd';

interface Decoder {
  readonly whole: (body: Uint8Array, options: { readonly maxOutputLength: number }) => Promise<Uint8Array>;
  readonly stream: () => Transform;
}

const DECODERS: Readonly<Record<ContentEncoding, Decoder>> = {
  gzip: { whole: promisify(gunzip), stream: createGunzip },
  deflate: { whole: promisify(inflate), stream: createInflate },
  br: { whole: promisify(brotliDecompress), stream: createBrotliDecompress },
  zstd: { whole: promisify(zstdDecompress), stream: createZstdDecompress },
};

/** null = not encoded. */
export function parseContentEncoding(header: string | null | undefined): ContentEncoding | null | Refusal {
  if (header === null || header === undefined || header === '') return null;
  const name = header.trim().toLowerCase();
  if (name === 'identity') return null;
  if (Object.hasOwn(DECODERS, name)) return name as ContentEncoding;
  return refuse(415, 'encoding_unsupported', 'The content encoding must be one of gzip, deflate, br and zstd, and only one.');
}

export async function decodeContent(body: Uint8Array, encoding: ContentEncoding | null, bytesMax: number): Promise<Uint8Array | Refusal> {
  if (encoding === null) return body;
  try {
    return await DECODERS[encoding].whole(body, { maxOutputLength: bytesMax });
  } catch (error: unknown) {
    // On workerd it has no code of its own.
    if (error instanceof RangeError || (error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') return refuse(413, 'body_too_large', `The body is larger than ${bytesMax} bytes once decoded.`);
    return refuse(400, 'encoding_invalid', `The body is not valid ${encoding}.`);
  }
}

/** Decodes while reading, for bodies that have no end. Throws (from the iterator) where the bytes are not of that encoding. */
export function decodeStream(chunks: AsyncIterable<Uint8Array>, encoding: ContentEncoding | null): AsyncIterable<Uint8Array> {
  if (encoding === null) return chunks;
  const decoder = DECODERS[encoding].stream();
  pump(chunks, decoder).catch((error: unknown) => decoder.destroy(error instanceof Error ? error : undefined));
  return decoder;
}

async function pump(chunks: AsyncIterable<Uint8Array>, decoder: Transform): Promise<void> {
  for await (const chunk of chunks) {
    if (!decoder.write(chunk)) await new Promise<void>((resolve) => decoder.once('drain', resolve));
    if (decoder.destroyed) return;
  }
  decoder.end();
}
