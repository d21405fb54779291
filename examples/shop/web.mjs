import { addressOf, fetchJson, serve, task } from './serve.mjs';

const api = addressOf('API');

serve(async () => {
  const { stock, servedBy } = await fetchJson(`${api}/stock`);
  const rows = stock.map(({ name, count }) => `<tr><td>${escape(name)}</td><td>${count}</td></tr>`);
  const page = `<!doctype html>
<title>Shop</title>
<h1>In stock</h1>
<table>
${rows.join('\n')}
</table>
<p>Page by ${escape(task)}<br>
figures by ${escape(servedBy)}</p>
`;
  return [200, page];
});

function escape(text) {
  return String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
