/** The demo receiver's page. Everything that was received is put in as text, never as markup. */
export const DEMO_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Hookline demo receiver</title>
<style>
:root { color-scheme: light dark; --ink: #16202b; --soft: #5b6875; --line: #d9e0e7; --paper: #f6f8fa; --card: #fff; --accent: #0b6bcb }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9aa7b4; --line: #2c3640; --paper: #0f141a; --card: #171e26; --accent: #58a6ff } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem }
h1 { font-size: 1.5rem; margin: 0 0 .25rem } p { color: var(--soft); margin: 0 0 1rem }
button { font: inherit; font-weight: 600; color: #fff; background: #0b6bcb; border: 0; border-radius: .5rem; padding: .6rem 1.1rem; cursor: pointer }
button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px } button:disabled { opacity: .6 }
.bar { display: flex; gap: 1rem; align-items: center; flex-wrap: wrap; margin: 1.25rem 0 }
article { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; margin: 0 0 .75rem; padding: .75rem 1rem }
header { display: flex; gap: 1rem; flex-wrap: wrap; font-size: .9rem; color: var(--soft) } header b { color: var(--ink) }
pre { margin: .5rem 0 0; overflow: auto; font-size: .85rem }
</style>
</head>
<body>
<main>
<h1>Demo receiver</h1>
<p>This page stands for your own system: account 1's hook “Demo: everything to this receiver” delivers here.</p>
<div class="bar"><button id="send">Send sample events</button><span id="state" role="status">Waiting for the first delivery</span></div>
<section id="list" aria-label="Messages received"></section>
</main>
<script>
const list = document.getElementById('list'), state = document.getElementById('state'), send = document.getElementById('send');
let last = -1;
async function refresh() {
  try {
    const answer = await (await fetch('/received')).json();
    if (answer.count === last) return;
    last = answer.count;
    state.textContent = answer.count + ' messages received' + (answer.count > answer.received.length ? ', the latest ' + answer.received.length + ' shown' : '');
    list.replaceChildren(...answer.received.map((entry) => {
      const article = document.createElement('article'), header = document.createElement('header'), type = document.createElement('b'), pre = document.createElement('pre');
      type.textContent = entry.message.event_type;
      header.append(type, ' ', entry.at, ' ', entry.deliveryId);
      pre.textContent = JSON.stringify(entry.message, null, 2);
      article.append(header, pre);
      return article;
    }));
  } catch { state.textContent = 'The receiver does not answer'; }
}
send.addEventListener('click', async () => {
  send.disabled = true;
  try {
    const answer = await (await fetch('/send', { method: 'POST' })).json();
    state.textContent = answer.sent === undefined ? 'Not sent: ' + answer.error : answer.sent + ' events accepted, on their way';
  } finally { send.disabled = false; }
});
refresh(); setInterval(refresh, 1000);
</script>
</body>
</html>
`;
