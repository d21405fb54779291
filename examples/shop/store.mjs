import { readBody, serve } from './serve.mjs';

// Values by key, in memory: what is stored ends with the task.
const values = new Map([
  ['tea', '7'],
  ['cup', '12'],
]);
const KEYS_MAX = 1_000;

serve(async (request, url) => {
  const key = decodeURIComponent(url.pathname.slice(1));
  if (key === '') return [200, Object.fromEntries(values)];
  if (request.method === 'PUT') {
    if (!values.has(key) && values.size >= KEYS_MAX) return [507, { message: 'full' }];
    values.set(key, await readBody(request));
    return [200, { key, value: values.get(key) }];
  }
  if (!values.has(key)) return [404, { message: `no ${key}` }];
  return [200, { key, value: values.get(key) }];
});
