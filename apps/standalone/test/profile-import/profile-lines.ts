export const DATABASE = 12;

export const emailOf = (n: number): string => `${(Math.imul(n, 40_503) >>> 0).toString(36)}-${n}@example.net`;
/** Scattered, as hashes are: the hardest order for an index. */
export const idOf = (n: number): string => (Math.imul(n, 2_654_435_761) >>> 0).toString(16).padStart(8, '0') + n.toString(16).padStart(16, '0');
export const lineOf = (n: number, paddingBytes: number): string => `${JSON.stringify({ profile_id: idOf(n), fields: { ...(paddingBytes > 0 && { note: 'n'.repeat(paddingBytes) }), email: emailOf(n), phones: [`+1555${n}`], _fname: 'Ann', tariff: 'gold', score: n, tags: ['a', 'b'] } })}\n`;
