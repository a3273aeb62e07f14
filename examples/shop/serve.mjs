// A shop with a pixel on it: node examples/shop/serve.mjs
//
//   HOOKLINE_URL    where Hookline is (http://127.0.0.1:8787)
//   HOOKLINE_TOKEN  a token with catalog:write
//   PORT            where the shop is to be (8790)
//
// It makes pixel 1 of database 12 and serves the pages with its sid, under the strictest policy that the snippet works with.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const { HOOKLINE_URL: hookline = 'http://127.0.0.1:8787', HOOKLINE_TOKEN: token = '', PORT: port = '8790' } = process.env;

const made = await fetch(`${hookline}/v1/pixels/1`, {
  method: 'PUT',
  headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  body: JSON.stringify({ name: 'Example shop', database_id: 12 }),
});
if (!made.ok) throw new Error(`the pixel could not be made: ${made.status} ${await made.text()}`);
const { sid } = await made.json();

const FILES = { '/': ['index.html', 'text/html'], '/article': ['article.html', 'text/html'], '/style.css': ['style.css', 'text/css'], '/shop.js': ['shop.js', 'text/javascript'] };
const policy = `default-src 'none'; script-src 'self' ${hookline}; connect-src ${hookline}; style-src 'self'; base-uri 'none'; form-action 'none'`;

const server = createServer((request, response) => {
  const [name, type] = FILES[new URL(request.url, 'http://shop').pathname] ?? [];
  if (name === undefined) return response.writeHead(404).end();
  const text = readFileSync(new URL(name, import.meta.url), 'utf8').replaceAll('{{hookline}}', hookline).replaceAll('{{sid}}', sid);
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'content-security-policy': policy }).end(text);
});
server.listen(Number(port), '127.0.0.1', () => console.log(`the shop is on http://127.0.0.1:${server.address().port}`));
