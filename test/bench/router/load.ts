import { Agent, get } from 'node:http';
import autocannon from 'autocannon';

const CONNECTIONS = 64;
const SECONDS = 3;

/** Requests a second over kept connections that are used as often as they can be. */
export async function rateOf(url: string): Promise<number> {
  const result = await autocannon({ url, connections: CONNECTIONS, duration: SECONDS });
  const failed = result.errors + result.timeouts + result.non2xx;
  if (failed > 0) throw new Error(`${failed} requests to ${url} failed`);
  return result.requests.average;
}

const CLIENTS = 8;
const EACH = 250;
const PAUSE_MS = 2;

/** Milliseconds that 99 of 100 requests take at most while there is little to do. */
export async function p99Of(url: string): Promise<number> {
  const took: number[] = [];
  const client = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let i = 0; i < EACH; i += 1) {
      const start = performance.now();
      await answered(url, agent);
      took.push(performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  took.sort((a, b) => a - b);
  return took[Math.floor(took.length * 0.99)] ?? 0;
}

function answered(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (response) => {
      response.resume();
      response.once('end', resolve);
    });
    request.once('error', reject);
  });
}
