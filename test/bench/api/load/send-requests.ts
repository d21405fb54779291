import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { LoadOrder, LoadResult } from './messages.js';

let numbers = 0;

interface Answered {
  readonly ms: number;
  readonly firstByteMs: number;
  readonly bytes: number;
  readonly status: number;
}

/** Sends requests over kept connections and times each; bodies are read and thrown away. */
export async function sendRequests(order: LoadOrder): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: order.connections });
  const begun = performance.now();
  const end = begun + order.seconds * 1_000;
  const answers: Answered[] = [];
  let sent = 0;
  const goOn = (): boolean =>
    performance.now() < end && (order.requests === undefined || sent < order.requests);
  const connection = async (): Promise<void> => {
    while (goOn()) {
      const path = order.paths[sent % order.paths.length] ?? '/';
      sent += 1;
      const answer = await send(order, path, agent);
      answers.push(answer);
      await delay(Math.max(0, (order.everyMs ?? 0) - answer.ms));
    }
  };
  await Promise.all(Array.from({ length: order.connections }, connection));
  const seconds = (performance.now() - begun) / 1_000;
  agent.destroy();
  return resultOf(answers, order.status ?? 200, seconds);
}

function send(order: LoadOrder, path: string, agent: Agent): Promise<Answered> {
  const number = String((numbers += 1));
  const { method = 'GET', headers = {} } = order;
  const body = order.body?.replaceAll('@N@', number);
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const url = `${order.url}${path.replaceAll('@N@', number)}`;
    const outgoing = request(url, { agent, method, headers }, (answer) => {
      let bytes = 0;
      let firstByteMs = 0;
      answer.on('data', (chunk: Buffer) => {
        if (bytes === 0) firstByteMs = performance.now() - begun;
        bytes += chunk.length;
      });
      answer.on('error', reject);
      answer.on('end', () => {
        resolve({
          ms: performance.now() - begun,
          firstByteMs,
          bytes,
          status: answer.statusCode ?? 0,
        });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function resultOf(answers: readonly Answered[], status: number, seconds: number): LoadResult {
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  const first = answers.map(({ firstByteMs }) => firstByteMs).sort((a, b) => a - b);
  return {
    requests: answers.length,
    rate: answers.length / seconds,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    max: percentile(times, 1),
    firstByte: percentile(first, 0.5),
    bytes: answers.reduce((sum, { bytes }) => sum + bytes, 0),
    failures: answers.filter((answer) => answer.status !== status).length,
  };
}

/** Of sorted values; 0 of none. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
