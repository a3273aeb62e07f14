import { openExchange } from '../load/send-prepared.ts';

const CONNECTIONS = 64;
/** As many as the visitors of one site share most of. */
const AGENTS: readonly string[] = [126, 125, 124].flatMap((version) => [
  `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`,
  `Mozilla/5.0 (X11; Linux x86_64; rv:${version}.0) Gecko/20100101 Firefox/${version}.0`,
  `Mozilla/5.0 (iPhone; CPU iPhone OS 17_${version - 120} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.${version - 120} Mobile/15E148 Safari/604.1`,
]);

/**
 * Single hits, one after the other on each connection, as browsers send them, each with a number of its own behind `&value=`: from `first` on. How many were answered
 * 200 within the time, which are all that were sent; another answer rejects.
 */
export async function firePixels(target: string, first: number, seconds: number): Promise<number> {
  const { host, pathname, search } = new URL(target);
  const tails = AGENTS.map((agent) => ` HTTP/1.1\r\nhost: ${host}\r\nuser-agent: ${agent}\r\naccept: image/avif,image/webp,*/*\r\naccept-language: en-GB,en;q=0.9\r\nreferer: https://shop.example.net/basket\r\n\r\n`);
  const until = performance.now() + seconds * 1_000;
  let next = first;
  await Promise.all(Array.from({ length: CONNECTIONS }, async () => {
    const exchange = await openExchange(target);
    while (performance.now() < until) {
      const number = next++;
      const { status } = await exchange.send(Buffer.from(`GET ${pathname}${search}&value=${number}${tails[number % tails.length]}`));
      if (status !== 200) throw new Error(`a hit was answered ${status}`);
    }
    exchange.close();
  }));
  return next - first;
}
