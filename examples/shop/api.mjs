import { addressOf, fetchJson, readBody, serve, task, version } from './serve.mjs';

const store = addressOf('STORE');

// GET /stock lists everything, PUT /stock/<article> sets how many there are.
serve(async (request, url) => {
  const [, collection, article] = url.pathname.split('/');
  if (collection !== 'stock') return [404, { message: 'try /stock' }];
  if (request.method === 'PUT') {
    const count = Number(await readBody(request));
    if (!article || !Number.isInteger(count) || count < 0) {
      return [400, { message: 'PUT /stock/<article> with a whole number' }];
    }
    await fetchJson(`${store}/${article}`, { method: 'PUT', body: String(count) });
  }
  const found = await fetchJson(`${store}/`);
  const stock = Object.entries(found).map(([name, count]) => ({ name, count: Number(count) }));
  return [200, { servedBy: task, version, stock }];
});
