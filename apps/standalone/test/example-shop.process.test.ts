import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Destination, type Product, startDestination, startProduct, until } from './run-product.ts';

// The pages of examples/shop in a real Chromium: what a visitor does there arrives at the hook.

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) => existsSync(file));
const MISSING = 'no Chromium on this machine: apt-get install -y chromium';
if (CHROMIUM === undefined && process.env['REQUIRE_BROKERS'] === '1') throw new Error(MISSING);
if (CHROMIUM === undefined) process.stderr.write(`\nSKIPPED: ${MISSING}\n\n`);

interface Message {
  readonly event_id: string;
  readonly profile_id?: string;
  readonly event_data: { readonly goal?: string; readonly [member: string]: unknown };
}

describe.skipIf(CHROMIUM === undefined)('the example shop', () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'hookline-shop-'));
  let product: Product;
  let destination: Destination;
  let shop: ChildProcess;
  let shopUrl: string;
  let browser: Browser;
  beforeAll(async () => {
    [product, destination] = await Promise.all([startProduct(dataDir), startDestination()]);
    const hook = await product.call('POST', '/v1/hooks', { name: 'Shop', active: true, events: ['pixel'], request: { type: 'http', url: destination.url, timeout_sec: 1 } });
    expect(hook.status).toBe(201);
    shop = spawn(process.execPath, [path.join(import.meta.dirname, '../../../examples/shop/serve.mjs')], { env: { ...process.env, HOOKLINE_URL: product.url, HOOKLINE_TOKEN: 'hl_admin', PORT: '0' }, stdio: ['ignore', 'pipe', 'inherit'] });
    shopUrl = await new Promise<string>((resolve) => shop.stdout?.on('data', (chunk: Buffer) => resolve(/http:\S+/.exec(chunk.toString())?.[0] ?? '')));
    browser = await chromium.launch({ executablePath: CHROMIUM as string, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    shop?.kill('SIGKILL');
    await destination?.close();
    await product?.kill();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const messages = (): Message[] => destination.deliveries.flatMap(({ body }) => JSON.parse(body) as Message[]);
  const ofGoal = (goal: string): Message[] => messages().filter(({ event_data: data }) => data.goal === goal);
  async function arrives(goal: string, count = 1): Promise<Message> {
    await until(() => ofGoal(goal).length >= count, `${count} of ${goal}`);
    return ofGoal(goal).at(-1) as Message;
  }

  /** Asked from outside: on the page itself the policy forbids what evaluates text. */
  const holds = (page: Page, expression: string): Promise<void> => until(() => page.evaluate<boolean>(expression), expression);

  let complaints: string[];
  beforeEach(() => {
    complaints = [];
    destination.deliveries.length = 0;
  });
  async function visitor(options: Parameters<Browser['newContext']>[0] = {}, script?: string): Promise<[BrowserContext, Page]> {
    const context = await browser.newContext(options);
    if (script !== undefined) await context.addInitScript(script);
    const page = await context.newPage();
    page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
    page.on('pageerror', (error) => void complaints.push(error.message));
    return [context, page];
  }

  it('sends nothing before it may, then the visit, and knows the visitor again', async () => {
    const [context, page] = await visitor();
    const asked: string[] = [];
    page.on('request', (request) => void asked.push(new URL(request.url()).pathname));
    await page.goto(`${shopUrl}/?utm_source=mail&token=secret`);
    await holds(page, 'typeof window.hookline?.fire === "function"');
    expect(asked).not.toContain('/pixel');
    await page.click('#allow');
    const visit = await arrives('Visit');
    expect(visit.profile_id).toBeUndefined();
    expect(visit.event_data).toMatchObject({ pixel_id: 1, url: `${shopUrl}/?utm_source=mail`, utm: { source: 'mail' }, ip: '127.0.0.1', browser: 'Chrome', os: 'Linux', device: 'web' });

    await page.click('#buy');
    expect((await arrives('Order')).event_data).toMatchObject({ goal: 'Order', value: 24.9, goals: [{ goal: 'Order', value: 24.9 }], pixel_data: { article: 'kettle', colour: 'red' } });

    await page.fill('#customer', 'customer-7');
    await page.click('#identify');
    expect((await arrives('Signed in')).profile_id).toBe('customer-7');

    // Another day: only the cookie tells.
    await page.goto(`${shopUrl}/`);
    await page.click('#allow');
    expect((await arrives('Visit', 2)).profile_id).toBe('customer-7');
    const [cookie] = await context.cookies(product.url);
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, path: '/' });
    expect(await page.evaluate('document.cookie')).toBe('');
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('counts a reader when time and depth have both been reached', async () => {
    const [context, page] = await visitor();
    await page.goto(`${shopUrl}/article`);
    await holds(page, 'typeof window.hookline === "object"');
    await holds(page, 'performance.now() > 1500');
    expect(ofGoal('Read')).toEqual([]);
    await page.evaluate('document.getElementById("end").scrollIntoView()');
    expect((await arrives('Read')).event_data).toMatchObject({ goal: 'Read', value: 1, url: `${shopUrl}/article` });
    expect(await context.cookies(product.url)).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('does not know who does not want to be known', async () => {
    const [context, page] = await visitor({ extraHTTPHeaders: { 'sec-gpc': '1' } }, 'Object.defineProperty(navigator, "globalPrivacyControl", { value: true })');
    await page.goto(`${shopUrl}/`);
    await page.click('#allow');
    await page.fill('#customer', 'customer-8');
    await page.click('#identify');
    const seen = await arrives('Signed in');
    expect([seen.profile_id, seen.event_data['ip'], await context.cookies(product.url)]).toEqual([undefined, undefined, []]);
    await context.close();
  });

  it('leaves one name behind on a page', async () => {
    const [context, page] = await visitor();
    await page.goto(`${shopUrl}/style.css`);
    const before = new Set(await page.evaluate<string[]>('Object.getOwnPropertyNames(window)'));
    await page.goto(`${shopUrl}/article`);
    await holds(page, 'typeof window.hookline === "object"');
    const added = (await page.evaluate<string[]>('Object.getOwnPropertyNames(window)')).filter((name) => !before.has(name));
    expect(added).toEqual(['hookline']);
    await context.close();
  });
});
