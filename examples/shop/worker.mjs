import { addressOf, fetchJson, serve } from './serve.mjs';

const api = addressOf('API');
const EVERY_MS = 1_000;
const seen = { polls: 0, failures: 0, articles: 0, pieces: 0 };

// Counts what is in stock, again and again; GET / tells what it has seen.
async function poll() {
  try {
    const { stock } = await fetchJson(`${api}/stock`);
    seen.polls += 1;
    seen.articles = stock.length;
    seen.pieces = stock.reduce((sum, { count }) => sum + count, 0);
  } catch (error) {
    seen.failures += 1;
    console.error(`poll failed: ${error.cause?.message ?? error.message}`);
  }
  setTimeout(poll, EVERY_MS);
}

await poll();
serve(() => [200, seen]);
