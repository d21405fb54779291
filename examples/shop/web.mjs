import { addressOf, fetchJson, serve, task, version } from './serve.mjs';

const api = addressOf('API');

serve(async () => {
  const { stock, servedBy, version: ofApi } = await fetchJson(`${api}/stock`);
  const rows = stock.map(({ name, count }) => `<tr><td>${escape(name)}</td><td>${count}</td></tr>`);
  const page = `<!doctype html>
<title>Shop</title>
<h1>In stock</h1>
<table>
${rows.join('\n')}
</table>
<p>Page of version ${escape(version)} by ${escape(task)}<br>
figures of version ${escape(ofApi)} by ${escape(servedBy)}</p>
`;
  return [200, page];
});

function escape(text) {
  return String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
