import { createServer } from 'node:http';

/*
 * What all four services have in common: an HTTP server on the port the task was given, /health,
 * JSON, and a quiet end. On this machine tasks are reached on the loopback address.
 */

/** `answer(request, url)` returns `[status, body]`; an object is sent as JSON, a text as HTML. */
export function serve(answer) {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const outcome = url.pathname === '/health' ? [200, { ok: true }] : answer(request, url);
    Promise.resolve(outcome)
      .catch((error) => [502, { message: String(error.cause?.message ?? error.message) }])
      .then(([status, body]) => send(response, status, body));
  });
  const port = Number(process.env.PORT0);
  server.listen(port, '127.0.0.1', () => console.log(`listening on port ${port}`));
  process.on('SIGTERM', () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  });
}

/** Where a dependency answers, from the variables that Ekiden puts into the environment. */
export function addressOf(name) {
  const host = process.env[`SERVICE_${name}_HOST`];
  const port = process.env[`SERVICE_${name}_PORT`];
  if (host === undefined || port === undefined) throw new Error(`no SERVICE_${name}_* variables`);
  return `http://${host}:${port}`;
}

export async function fetchJson(url, options) {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000), ...options });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.json();
}

export async function readBody(request) {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > 10_000) throw new Error('too long');
  }
  return body;
}

/** Which version of the shop this is part of. */
export const version = process.env.SHOP_VERSION ?? '1';

/** Which instance answers, for people who watch the load being shared. */
export const task = process.env.MESOS_TASK_ID ?? `process ${process.pid}`;

function send(response, status, body) {
  const isHtml = typeof body === 'string';
  response.writeHead(status, {
    'content-type': isHtml ? 'text/html; charset=utf-8' : 'application/json',
  });
  response.end(isHtml ? body : `${JSON.stringify(body)}\n`);
}
