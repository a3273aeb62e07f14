import { type BeaconBody, jsonMembers, LIMITS, parseJsonStrict } from '@hookline/core';
import type { ByteBudget } from '../http/byte-budget.ts';
import { readBody } from '../http/read-body.ts';
import { isRefusal } from '../http/refusal.ts';
import { EDGE_LIMITS } from '../limits.ts';
import type { VisitorRequest } from './visitor-request.ts';

const MEDIA_TYPES: readonly string[] = ['', 'text/plain', 'application/json', 'application/x-www-form-urlencoded'];
const UTF8 = new TextDecoder();

/** A beacon's body, null = it has none; or the status it is refused with. Whatever the browser calls it, it is JSON. */
export async function readBeacon(request: VisitorRequest, budget: ByteBudget): Promise<BeaconBody | null | number> {
  if (!isBeaconType(request.header('content-type')) || (request.header('content-encoding') ?? 'identity') !== 'identity') return 415;
  const read = await readBody(request.body, request.header('content-length'), { bytesMax: LIMITS.beaconBytesMax, timeoutMs: EDGE_LIMITS.bodyTimeoutMs, budget });
  if (isRefusal(read)) return read.status;
  read.release();
  if (read.bytes.byteLength === 0) return null;
  const parsed = parseJsonStrict(read.bytes);
  if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null || Array.isArray(parsed.value)) return 400;
  const text = UTF8.decode(read.bytes);
  return {
    value: parsed.value as Record<string, unknown>,
    raw(member) {
      const found = jsonMembers(text).find(({ key }) => key === member);
      return found === undefined ? 'null' : text.slice(found.valueStart, found.valueEnd);
    },
  };
}

function isBeaconType(header: string | null): boolean {
  const [name = '', ...parameters] = (header ?? '').toLowerCase().split(';');
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('charset='));
  return MEDIA_TYPES.includes(name.trim()) && (charset === undefined || charset.slice('charset='.length).replaceAll('"', '') === 'utf-8');
}
