// What the shop does with its pixel. The calls work before the snippet has come: until then they wait in a list.
window.hookline = window.hookline || [];
const on = (id, act) => document.getElementById(id).addEventListener('click', act);
const answer = (agreed) => () => {
  window.hookline.push(['consent', agreed]);
  document.getElementById('consent').hidden = true;
};

on('allow', answer(true));
on('refuse', answer(false));
on('buy', () => window.hookline.push(['fire', { goal: 'Order', value: 24.9, data: { article: 'kettle', colour: 'red' } }]));
on('identify', () => window.hookline.push(['identify', { profile_id: document.getElementById('customer').value }], ['fire', { goal: 'Signed in' }]));
