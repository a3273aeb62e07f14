import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type ConsoleRig, openConsoleRig, openPage, PHONE, seriousFindings, WIDE } from './console-rig.ts';

// What people do at the console, one after the other from a fresh start, in a real Chromium. Everything that others can write carries a canary that would set
// `window.__xss` if it ever ran.

const CANARY = '<img src=x onerror="window.__xss=1"><script>window.__xss=2</script>';
const PASSWORD = 'correct horse battery';
/** `HOOKLINE_SCREENS=<folder>` keeps a picture of each screen. */
const SCREENS = process.env['HOOKLINE_SCREENS'];
const WAIT_MS = 15_000;
const FIRST_LOAD_BYTES_MAX = 250_000;

let rig: ConsoleRig;
let context: BrowserContext;
let page: Page;
let complaints: string[];
beforeAll(async () => {
  rig = await openConsoleRig();
  context = await rig.browser.newContext({ viewport: WIDE, locale: 'en-GB', colorScheme: 'light' });
  ({ page, complaints } = await openPage(context));
  page.setDefaultTimeout(WAIT_MS);
}, 180_000);
afterAll(() => rig?.close());
afterEach(async ({ task }) => {
  if (SCREENS !== undefined && task.result?.state === 'fail') await page.screenshot({ path: path.join(SCREENS, 'failed.png') });
});

/** Looks at the screen as it stands: nothing serious in axe, nothing refused or thrown, nothing of others run. */
async function expectSound(name: string, on: Page = page): Promise<void> {
  if (SCREENS !== undefined) {
    mkdirSync(SCREENS, { recursive: true });
    await on.screenshot({ path: path.join(SCREENS, `${name}.png`) });
  }
  expect(await seriousFindings(on), name).toEqual([]);
  expect(await on.evaluate('window.__xss'), name).toBeUndefined();
  expect(complaints.splice(0), name).toEqual([]);
}
const button = (name: string | RegExp, on: Page = page) => on.getByRole('button', { name, exact: typeof name === 'string' });
const heading = (name: string | RegExp) => page.getByRole('heading', { name });
const shows = (text: string | RegExp, on: Page = page): Promise<void> => on.getByText(text).first().waitFor();
/** Nothing says any more that it is loading. */
/** Names may still be on their way when the first letters are typed. */
const typeUntilOffered = (field: string, text: string, option: RegExp) =>
  expect
    .poll(async () => {
      await page.getByRole('combobox', { name: field }).fill('');
      await page.getByRole('combobox', { name: field }).fill(text);
      return page.getByRole('option', { name: option }).count();
    }, { timeout: WAIT_MS })
    .toBeGreaterThan(0);
const loaded = (text: string, on: Page = page) => expect.poll(() => on.getByText(text).count(), { timeout: WAIT_MS }).toBe(0);
const go = (target: string): Promise<unknown> => page.goto(`${rig.url}${target}`);

async function sendEvent(id: string, more: Record<string, unknown> = {}): Promise<void> {
  const answer = await rig.call('POST', '/v1/events', { event_id: id, event_type: 'click', event_date: '2026-01-25T15:04:05Z', list_id: 12, event_data: { link_url: CANARY, campaign_id: 41 }, ...more });
  expect(answer.status).toBe(202);
}

it('makes the first user by the link of the terminal, once', async () => {
  await page.goto(rig.firstUserUrl);
  await page.getByLabel('Login').fill('Ann');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Password again').fill('something else');
  await shows('The two passwords differ.');
  await page.getByLabel('Password again').fill(PASSWORD);
  await expectSound('welcome');
  await button('Make the user and sign in').click();
  await page.waitForURL('**/hooks');
  const [cookie] = await context.cookies();
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
  const again = await page.evaluate(`fetch('/v1/first-user', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ secret: ${JSON.stringify(rig.firstUserUrl.split('#')[1])}, login: 'eve', password: 'password!' }) }).then((answer) => answer.status)`);
  expect(again).toBe(403);
});

it('teaches where there are no hooks', async () => {
  await heading('No hooks yet').waitFor();
  await expectSound('hooks-empty');
});

it('makes a hook by the blocks of the form, with a test of the connection and a preview', async () => {
  await rig.call('PUT', '/v1/catalog/mailings/41', { name: `Spring ${CANARY}` });
  await rig.call('PUT', '/v1/catalog/databases/12', { name: 'Customers' });
  await sendEvent('before-1');
  await sendEvent('before-2', { event_type: 'open', event_data: { campaign_id: 42 } });
  await page.getByRole('link', { name: 'New hook' }).first().click();
  await button('Create hook').click();
  await shows(/things need your attention/);
  await page.getByLabel('Name', { exact: true }).fill(`Orders ${CANARY}`);
  await page.getByLabel('Search actions').fill('click');
  await page.getByText('Click click', { exact: true }).click();
  await page.getByLabel('Search actions').fill('');
  await page.getByRole('textbox', { name: 'URL' }).fill(rig.receiver.url);
  await typeUntilOffered('Mailings', 'Spring', /Spring/);
  await page.getByRole('option', { name: /Spring/ }).click();
  await button('Add a key').click();
  await page.getByLabel('Key', { exact: true }).fill('id');
  await page.getByRole('combobox', { name: 'Value' }).fill('{{uu');
  await page.getByRole('option', { name: 'uuid' }).click();
  expect(await page.getByRole('combobox', { name: 'Value' }).inputValue()).toBe('{{uuid}}');
  await page.getByRole('combobox', { name: 'Profile fields' }).fill('email');
  await page.getByRole('combobox', { name: 'Profile fields' }).press('Enter');
  await shows('1 of 2 events');
  await page.getByText('Would be sent', { exact: true }).last().click();
  await expectSound('editor');
  await button('Check the connection').click();
  await button('Send').click();
  await shows('It arrived.');
  expect(JSON.stringify(rig.receiver.received)).toContain('"is_test":true');
  await expectSound('test');
  await page.keyboard.press('Escape');
  await page.getByText('More settings').click();
  await page.getByLabel('Wait for more events, seconds').fill('1');
  await button('Create hook').click();
  await heading(`Orders ${CANARY}`).waitFor();
  await expectSound('hook-new');
});

it('asks before unsaved changes are lost, and saves them', async () => {
  await page.getByRole('link', { name: 'Edit' }).click();
  await page.getByLabel('Name', { exact: true }).fill(`Clicks ${CANARY}`);
  await shows('Unsaved changes');
  await page.getByRole('link', { name: 'Events', exact: true }).click();
  await shows('Leave without saving?');
  await button('Stay').click();
  await button('Save changes').click();
  await heading(`Clicks ${CANARY}`).waitFor();
  expect(await page.getByText('Leave without saving?').count()).toBe(0);
});

it('shows deliveries, with request and response of each attempt', async () => {
  rig.receiver.body = CANARY;
  await sendEvent('good-1');
  await page.getByRole('tab', { name: 'Attempts' }).click();
  await page.getByRole('row').filter({ hasText: 'Delivered' }).first().click();
  await heading('Response').waitFor();
  await expectSound('attempt');
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: 'Overview' }).click();
  await page.getByRole('img', { name: /Chart of events over time/ }).waitFor();
  await expectSound('hook-overview');
});

it('shows dead letters, and sends one and all of them again after counting', async () => {
  rig.receiver.status = 400;
  await sendEvent('bad-1');
  await sendEvent('bad-2');
  await sendEvent('bad-3');
  await page.getByRole('tab', { name: /Dead letters/ }).click();
  for (const id of ['bad-1', 'bad-2', 'bad-3']) await page.getByRole('link', { name: id }).waitFor();
  await expectSound('dead-letters');
  rig.receiver.status = 200;
  await page.getByRole('row', { name: /bad-2/ }).getByRole('checkbox').setChecked(true, { force: true });
  await button('Send 1 event again').click();
  await shows('1 dead event goes to the destination as it is set up now.');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Send 1 event again' }).click();
  await shows('1 event is on the way.');
  await button('Send all again').click();
  await shows('All 2 dead events of this hook go to the destination as it is set up now.');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Send all again' }).click();
  await shows(/No dead letters/);
});

it('says why an event did not come, and what became of it everywhere', async () => {
  await sendEvent('other-1', { event_data: { campaign_id: 42 } });
  await page.getByRole('tab', { name: /Why did I not get it/ }).click();
  await page.getByLabel('Event id or profile id').fill('other-1');
  await button('Look it up').click();
  await shows(/the filter by mailing/);
  await expectSound('why');
  await sendEvent('about-ann', { profile_id: 'ann-9', event_data: { campaign_id: 42 } });
  await page.getByLabel('Event id or profile id').fill('ann-9');
  await button('Look it up').click();
  await heading('Events of profile ann-9').waitFor();
  await page.getByRole('row').filter({ hasText: 'about-ann' }).filter({ hasText: 'Not wanted' }).click();
  await heading('The way of this event').waitFor();
  await page.getByLabel('Event id or profile id').fill('never-sent');
  await button('Look it up').click();
  await shows('No event is like that.');
});

it('searches the log by type, profile, mailing and time, shows one event whole, and follows what comes', async () => {
  await sendEvent('profiled', { profile_id: 'p-7', event_type: 'open' });
  await go('/events');
  const row = (id: string) => page.getByRole('row').filter({ hasText: id });
  await row('profiled').waitFor();
  await row('good-1').waitFor();
  await expectSound('events');
  await typeUntilOffered('Event type', 'open', /Open open/);
  await page.getByRole('option', { name: 'Open open' }).click();
  await row('good-1').waitFor({ state: 'detached' });
  await row('before-2').waitFor();
  await page.getByLabel('Profile id').fill('p-7');
  await button('Search').click();
  await row('before-2').waitFor({ state: 'detached' });
  await row('profiled').waitFor();
  expect(new URL(page.url()).searchParams.get('profile')).toBe('p-7');
  for (const chip of [/Remove: Open/, /Remove: Profile id: p-7/]) await button(chip).click();
  await typeUntilOffered('Mailing', 'Spring', /Spring/);
  await page.getByRole('option', { name: /Spring/ }).click();
  await row('before-2').waitFor({ state: 'detached' });
  await row('profiled').waitFor();
  await page.getByRole('button', { name: /Accepted/ }).click();
  await page.getByRole('option', { name: 'On these days (UTC)' }).click();
  await page.getByRole('group', { name: 'To' }).getByRole('spinbutton').first().focus();
  await page.keyboard.type('20012026');
  await shows('No event is like that.');
  await go('/events');
  await row('good-1').click();
  await heading('At the hooks').waitFor();
  await shows('Delivered');
  await expectSound('event');
  await page.keyboard.press('Escape');
  await page.getByLabel('Event id').fill('never-sent');
  await button('Search').click();
  await shows('There is no event with this id in the log.');
  await page.keyboard.press('Escape');

  await page.getByText('Live', { exact: true }).click();
  await shows('Live: new events appear at the top.');
  await sendEvent('live-1');
  await row('live-1').waitFor();
  await button('Pause').click();
  await sendEvent('live-2');
  await shows('Paused. 1 new event.');
  expect(await row('live-2').count()).toBe(0);
  await expectSound('events-live');
  await button('Go on').click();
  await row('live-2').waitFor();
});

it('stops, activates, copies and deletes from the menu', async () => {
  await go('/hooks');
  const act = async (name: string): Promise<void> => {
    await button(/^Actions for Clicks/).first().click();
    await page.getByRole('menuitem', { name }).click();
  };
  await act('Stop');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Stop' }).click();
  await shows('Inactive');
  await act('Activate');
  await page.getByRole('dialog').getByRole('button', { name: 'Activate' }).click();
  await shows('Activated.');
  await act('Make a copy');
  await page.getByRole('link', { name: /\(copy\)/ }).waitFor();
  await expectSound('hooks');
  await button(/^Actions for Clicks.*\(copy\)/).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await shows('Deleted.');
  await page.getByRole('link', { name: /\(copy\)/ }).waitFor({ state: 'detached' });
  expect(((await rig.call('GET', '/v1/hooks')).json as { data: unknown[] }).data).toHaveLength(1);
});

it('exports a period with a live progress', async () => {
  await go('/exports');
  await button('Export history').click();
  await shows('Period, by date of the event (UTC, both days included)');
  await expectSound('export-new');
  const from = page.getByRole('group', { name: 'From' }).getByRole('spinbutton');
  await from.first().focus();
  await page.keyboard.type('20012026');
  await button('Start').click();
  await shows('Completed');
  await shows(/delivered/);
  await expectSound('exports');
});

it('suspends an export, lets it go on, and aborts it after asking', async () => {
  const many = Array.from({ length: 80 }, (_, n) => ({ event_id: `old-${n}`, event_type: 'click', event_date: '2026-01-10T00:00:00Z', list_id: 12, event_data: { campaign_id: 41 } }));
  await rig.call('POST', '/v1/events', many);
  await button('Export history').click();
  await page.getByRole('group', { name: 'From' }).getByRole('spinbutton').first().focus();
  await page.keyboard.type('10012026');
  await page.getByLabel('Events a second, at most').fill('1');
  await button('Start').click();
  const run = page.getByRole('row').filter({ hasText: '2026-01-10' });
  await run.getByText('In progress').waitFor();
  await expectSound('export-running');
  const act = async (name: string): Promise<void> => {
    await run.getByRole('button', { name: /^Actions for/ }).click();
    await page.getByRole('menuitem', { name }).click();
  };
  await act('Suspend');
  await run.getByText('Paused').waitFor();
  await act('Resume');
  await run.getByText('In progress').waitFor();
  await act('Abort');
  await shows('What was sent stays sent. An aborted export cannot go on.');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Abort' }).click();
  await run.getByText('Aborted').waitFor();
  await page.getByRole('alertdialog').waitFor({ state: 'detached' });
  expect(await run.getByRole('button', { name: /^Actions for/ }).count()).toBe(0);
  await expectSound('export-aborted');
});

it('shows a token once, and makes users, names, pixels and event types', async () => {
  await go('/settings/tokens');
  await button('New token').click();
  await page.getByLabel('Name', { exact: true }).fill(`Shop ${CANARY}`);
  await page.getByRole('dialog').getByRole('button', { name: 'New token' }).click();
  const token = (await page.getByText(/^hl_/).textContent()) as string;
  expect((await fetch(`${rig.url}/v1/events`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: '[]' })).status).not.toBe(401);
  await expectSound('token-once');
  await button('Close').last().click();
  await expectSound('settings-tokens');
  expect(await page.content()).not.toContain(token);

  await page.getByRole('tab', { name: 'Users' }).click();
  await button('New user').click();
  await page.getByLabel('Login').fill('lou');
  await page.getByLabel('Password').fill('only looking');
  await button('Save').click();
  await page.getByRole('row', { name: /lou/ }).waitFor();
  await expectSound('settings-users');

  await page.getByRole('tab', { name: 'Catalog' }).click();
  await button('New name').click();
  await page.getByLabel('Number').fill('77');
  await page.getByLabel('Name', { exact: true }).fill(`Base ${CANARY}`);
  await button('Save').click();
  await page.getByRole('row', { name: /Base/ }).waitFor();
  await expectSound('settings-catalog');

  await page.getByRole('tab', { name: 'Pixels' }).click();
  await button('New pixel').click();
  await page.getByLabel('Number').fill('5');
  await page.getByLabel('Name', { exact: true }).fill('Shop pages');
  await page.getByLabel('Database').fill('12');
  await button('Save').click();
  await page.getByRole('row', { name: /Shop pages/ }).click();
  await shows(/<script async src=".*\/p\.js" data-i="/);
  await expectSound('settings-pixels');
  await page.keyboard.press('Escape');

  await page.getByRole('tab', { name: 'Event types' }).click();
  await button('New event type').click();
  await page.getByRole('textbox', { name: 'Event type' }).fill('order_paid');
  await button('Save').click();
  await page.getByRole('row', { name: /order_paid/ }).waitFor();
  await expectSound('settings-types');

  await page.getByRole('tab', { name: 'Audit log' }).click();
  await page.getByRole('row').filter({ hasText: 'user.create' }).first().waitFor();
  await expectSound('settings-audit');
});

it('lets a looker look and change nothing, in Russian, dark, on a phone', async () => {
  const phone = await rig.browser.newContext({ viewport: PHONE, locale: 'ru-RU', colorScheme: 'dark' });
  const opened = await openPage(phone);
  const { page: small } = opened;
  small.setDefaultTimeout(WAIT_MS);
  await small.goto(`${rig.url}/hooks?next=//evil.example`);
  await small.getByLabel('Логин').fill('lou');
  await small.getByLabel('Пароль').fill('wrong');
  await button('Войти', small).click();
  await shows('Аккаунт, логин или пароль неверны.', small);
  await expectSound('phone-sign-in', small);
  await small.getByLabel('Пароль').fill('only looking');
  await button('Войти', small).click();
  await small.getByRole('link', { name: /Clicks/ }).waitFor();
  expect(await small.getByRole('link', { name: 'Новый хук' }).count()).toBe(0);
  await expectSound('phone-hooks', small);
  expect(await small.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
  expect(await small.evaluate(`fetch('/v1/hooks', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }).then((answer) => answer.status)`)).toBe(403);
  await small.getByRole('link', { name: /Clicks/ }).click();
  await shows('С момента создания хука', small);
  await expectSound('phone-hook', small);
  const hookUrl = small.url();
  for (const tab of ['attempts', 'dead', 'why', 'exports']) {
    await small.goto(`${hookUrl}?tab=${tab}`);
    await small.getByRole('heading', { level: 1 }).waitFor();
    await loaded('Загрузка…', small);
    await expectSound(`phone-hook-${tab}`, small);
  }
  for (const screen of ['events', 'events?id=good-1', 'exports', 'settings/tokens', 'settings/catalog']) {
    await small.goto(`${rig.url}/${screen}`);
    await small.getByRole('heading', { level: 1, includeHidden: true }).waitFor();
    await loaded('Загрузка…', small);
    await expectSound(`phone-${screen.replace(/\W/g, '-')}`, small);
    expect(await small.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), screen).toBe(true);
  }
  await small.goto(`${rig.url}/settings/catalog`);
  await shows('Customers', small);
  expect(opened.complaints).toEqual([]);
  await phone.close();
});

it('shows every screen in the dark, and the editor on a phone', async () => {
  await page.emulateMedia({ colorScheme: 'dark' });
  for (const screen of ['hooks', 'hooks/new', 'events', 'events?id=good-1', 'exports', 'settings/tokens', 'settings/users', 'settings/catalog', 'settings/pixels', 'settings/types', 'settings/audit']) {
    await go(`/${screen}`);
    await page.getByRole('heading', { level: 1, includeHidden: true }).waitFor();
    await loaded('Loading…');
    await expectSound(`dark-${screen.replace(/\W/g, '-')}`);
  }
  await go('/hooks');
  await page.getByRole('link', { name: /Clicks/ }).click();
  await page.getByRole('img', { name: /Chart of events over time/ }).waitFor();
  await expectSound('dark-hook');
  await page.setViewportSize(PHONE);
  await go('/hooks/new');
  await button('Create hook').waitFor();
  await expectSound('phone-editor');
  expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
  await page.setViewportSize(WIDE);
});

it('loads less than 250 KB at first, packed', async () => {
  const fresh = await rig.browser.newContext({ viewport: WIDE, storageState: await context.storageState() });
  const { page: first } = await openPage(fresh);
  for (const screen of ['sign-in', 'hooks']) {
    await first.goto(`${rig.url}/${screen}`);
    await first.getByRole('heading', { level: 1 }).waitFor();
    const bytes = (await first.evaluate("[...new Map(performance.getEntries().filter(({ name }) => name.includes('/assets/') || name === location.href).map(({ name, encodedBodySize }) => [name, encodedBodySize])).values()].reduce((sum, bytes) => sum + bytes, 0)")) as number;
    expect(bytes, screen).toBeGreaterThan(50_000);
    expect(bytes, screen).toBeLessThan(FIRST_LOAD_BYTES_MAX);
  }
  await fresh.close();
});

it('can be used by the keyboard alone, and signs out', async () => {
  await go('/hooks');
  await page.getByRole('link', { name: /Clicks/ }).waitFor();
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
  await button(/Your menu/).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/sign-in*');
  expect((await context.cookies()).filter(({ value }) => value !== '')).toEqual([]);
  await go('/hooks');
  await page.waitForURL('**/sign-in?next=%2Fhooks');
  await expectSound('sign-in');
});
