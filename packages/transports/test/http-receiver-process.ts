// An HTTP receiver in a process of its own, for tests that kill and freeze it. It tells its parent of a request before it answers, so that what it has answered is known.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceiverRequest {
  readonly id: string;
  readonly bodyBase64: string;
}

const [port = '0'] = process.argv.slice(2);
const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    if (request.url === '/missing') return response.writeHead(404).end();
    if (request.url === '/login' && request.headers.authorization !== 'Bearer right') return response.writeHead(401).end(`no: ${request.headers.authorization}`);
    const told: ReceiverRequest = { id: String(request.headers['webhook-id']), bodyBase64: Buffer.concat(parts).toString('base64') };
    process.send?.(told, () => response.end('OK'));
    return undefined;
  });
});
server.listen(Number(port), '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit());
