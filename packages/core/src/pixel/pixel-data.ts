import { exceedsUtf8Bytes } from '../message/utf8-byte-length.ts';
import { PIXEL_LIMITS } from './pixel-limits.ts';

export type FlatObjectProblem = 'object_expected' | 'nested' | 'too_large';

/** null = `value`, which comes from JSON, is an object of at most `bytesMax` bytes whose members are strings, numbers, booleans and nulls. */
export function flatObjectProblem(value: unknown, bytesMax: number = PIXEL_LIMITS.pixelDataBytesMax): FlatObjectProblem | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'object_expected';
  if (Object.values(value).some((member) => typeof member === 'object' && member !== null)) return 'nested';
  return exceedsUtf8Bytes(JSON.stringify(value), bytesMax) ? 'too_large' : null;
}
