import { setTimeout as delay } from 'node:timers/promises';

const LIMIT_MS = 120_000;
const LOOK_EVERY_MS = 20;

/** A change; fails unless it is accepted. Returns the milliseconds until the answer. */
export async function change(method: string, url: string, body?: string): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  const begun = performance.now();
  const answer = await fetch(url, body === undefined ? { method } : { method, headers, body });
  const text = await answer.text();
  const ms = performance.now() - begun;
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text.slice(0, 500)}`);
  return ms;
}

/** Until no deployment runs. */
export async function settled(url: string): Promise<void> {
  const end = performance.now() + LIMIT_MS;
  for (;;) {
    const answer = await fetch(`${url}/v2/deployments`);
    const deployments = (await answer.json()) as readonly unknown[];
    if (deployments.length === 0) return;
    if (performance.now() > end) throw new Error(`${deployments.length} deployments still run`);
    await delay(LOOK_EVERY_MS);
  }
}

const CALM_EVERY_MS = 100;

/** In a row: what was not taken is reported again. */
const CALM_LOOKS = 30;

/** Until the reports of a hundred thousand tasks have been taken, which follow a start. */
export async function calm(url: string): Promise<void> {
  for (let looks = 0; looks < CALM_LOOKS; looks += 1) {
    const answer = await fetch(`${url}/metrics`);
    const { gauges } = (await answer.json()) as {
      readonly gauges: Readonly<Record<string, { readonly value: number } | undefined>>;
    };
    if (gauges['marathon.mailbox.size.gauge']?.value !== 0) looks = 0;
    await delay(CALM_EVERY_MS);
  }
}
