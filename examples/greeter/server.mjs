// Serves what the other container of its pod has written into the volume they share.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

let asked = 0;

createServer(async (request, response) => {
  if (request.url === '/health') return response.end('well\n');
  asked += 1;
  const greeting = await readFile('words/greeting', 'utf8').catch(() => 'Still thinking.');
  response.end(`${greeting} (${asked} times asked)\n`);
}).listen(Number(process.env.ENDPOINT_HTTP));
