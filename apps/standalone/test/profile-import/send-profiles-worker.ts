// The import has a thread of its own: making a million lines would delay the clock by which the events beside it are timed.
import { request } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import { DATABASE, lineOf } from './profile-lines.ts';

const LINES_AT_ONCE = 200;
const { url, token, profiles, paddingBytes } = workerData as { readonly url: string; readonly token: string; readonly profiles: number; readonly paddingBytes: number };

const sent = request(`${url}/v1/databases/${DATABASE}/profiles`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' } }, (response) => {
  let text = '';
  response.on('data', (chunk: Buffer) => (text += chunk.toString())).on('end', () => parentPort?.postMessage({ accepted: (JSON.parse(text) as { accepted: number }).accepted }));
});
let next = 0;
const write = (): void => {
  while (next < profiles) {
    let lines = '';
    for (const end = Math.min(profiles, next + LINES_AT_ONCE); next < end; next++) lines += lineOf(next, paddingBytes);
    parentPort?.postMessage({ sent: next });
    if (!sent.write(lines)) return void sent.once('drain', write);
  }
  sent.end();
};
write();
