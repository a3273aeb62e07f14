const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Strict: null when the bytes are not valid UTF-8. A byte order mark stays, so that the scanner refuses it like anything else that is not JSON. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return DECODER.decode(bytes);
  } catch {
    // The decoder's only way to say no.
    return null;
  }
}
