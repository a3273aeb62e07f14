import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { API_HEADERS, errorBody, refuse, type Refusal } from '../http/refusal.ts';

// Requests that Node's parser refuses never become requests: their answers are written to the socket by hand, and the connection ends.

const BY_CODE: Readonly<Record<string, readonly [status: number, code: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'headers_too_large', 'The headers are too large.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'chunk_extensions_too_large', 'The chunk extensions are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'request_timeout', 'The request did not arrive in time.'],
};

export function refuseParserError(error: NodeJS.ErrnoException): Refusal {
  const [status, code, message] = BY_CODE[error.code ?? ''] ?? [400, 'http_invalid', 'This is not valid HTTP/1.1.'];
  return refuse(status, code, message);
}

/** Writes a whole answer and ends the connection. A browser that fired a pixel gets no body. */
export function answerSocket(socket: Duplex, refusal: Refusal, requestId: string, withBody = true): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = withBody ? errorBody(refusal, requestId) : '';
  const headers = { ...(withBody ? API_HEADERS : { 'cache-control': 'no-store' }), ...refusal.headers, 'x-request-id': requestId, 'content-length': String(Buffer.byteLength(body)), connection: 'close' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}\r\n${lines}\r\n${body}`);
}
