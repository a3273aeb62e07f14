// The snippet that a site puts on its pages. `build-snippet.ts` makes `src/pixel/snippet-text.ts` of it; what a page gets is that.
//
//   <script async src="https://pxl.shop.example/p.js" data-i="<sid>" data-goal="Visit" data-value="1" data-timeout="10" data-scroll="50" data-consent="1"></script>
//
// It fires once when it is loaded, or when the time on the page (seconds) and the depth of scrolling (per cent) that are asked for have both been reached. Its one
// global is `hookline`: `hookline.fire({goal, value, goals, data, timeout, scroll})`, `hookline.identify({profile_id, email})`, `hookline.consent(true | false)`. A page that
// cannot wait for it makes the queue itself: `window.hookline = window.hookline || []; hookline.push(['fire', {goal: 'Order'}])`.
//
// `data-consent`: `1` allows a cookie, `0` wants no identity, `wait` sends nothing before `hookline.consent` is called; left out, no cookie is set. A browser that says
// Do Not Track or Global Privacy Control is treated as `0`, and sends nothing at all where `data-privacy="skip"` stands. No eval, no inline code, no styles: a policy of
// script-src, and connect-src for the pixel's host, is enough.
((page, browser, own) => {
  const script = own.currentScript || own.querySelector('script[data-i]');
  if (!script) return;
  const { i, consent, goal, value, goals, timeout, scroll, profileId, manual, privacy } = script.dataset;
  const target = new URL(`pixel?i=${encodeURIComponent(i)}`, script.src).href;
  const refuses = browser.globalPrivacyControl || browser.doNotTrack === '1';
  let agreed = consent === '1' ? true : consent === '0' ? false : undefined;
  let held = consent === 'wait' && [];
  let person = profileId ? { profile_id: profileId } : {};

  const send = (hit) => {
    if (refuses && privacy === 'skip') return;
    const isAnonymous = refuses || agreed === false;
    const body = JSON.stringify({ ...hit, ...(isAnonymous ? {} : person), consent: isAnonymous ? false : agreed });
    if (!browser.sendBeacon?.(target, body)) fetch(target, { method: 'POST', body, mode: 'no-cors', credentials: 'include', keepalive: true }).catch(() => {});
  };

  /** Resolves when that much of the page has been seen. */
  const scrolledTo = (percent) => new Promise((resolve) => {
    const look = () => {
      if (((page.scrollY + page.innerHeight) / own.documentElement.scrollHeight) * 100 < percent) return;
      page.removeEventListener('scroll', look);
      resolve();
    };
    page.addEventListener('scroll', look, { passive: true });
    look();
  });

  const api = {
    fire(options = {}) {
      // The nonce makes a repetition by the browser the same event.
      const nonce = page.crypto?.randomUUID?.() || `${Date.now()}.${Math.random()}`;
      const hit = { goal: options.goal, value: options.value, goals: options.goals, pixel_data: options.data, url: page.location.href, referer: own.referrer, n: nonce };
      const triggers = [own.prerendering && new Promise((resolve) => own.addEventListener('prerenderingchange', resolve, { once: true }))];
      if (options.timeout) triggers.push(new Promise((resolve) => setTimeout(resolve, options.timeout * 1000)));
      if (options.scroll) triggers.push(scrolledTo(options.scroll));
      Promise.all(triggers).then(() => (held ? held.push(hit) : send(hit)));
    },
    identify(who) {
      person = { ...person, ...who };
    },
    consent(answer) {
      agreed = answer;
      const waited = held || [];
      held = false;
      waited.forEach(send);
    },
    push(...calls) {
      for (const [name, argument] of calls) api[name](argument);
    },
  };

  const before = page.hookline;
  if (!before || Array.isArray(before)) page.hookline = api;
  if (Array.isArray(before)) api.push(...before);
  if (manual === undefined) api.fire({ goal, value: value && Number(value), goals: goals && JSON.parse(goals), timeout: Number(timeout), scroll: Number(scroll) });
})(window, navigator, document);
