// Writes a greeting into the shared volume, and asks the server beside it by localhost.
import { rename, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

for (;;) {
  await writeFile('words/greeting.new', `Hello at ${new Date().toISOString()}`);
  await rename('words/greeting.new', 'words/greeting');
  const answer = await fetch(`http://localhost:${process.env.ENDPOINT_HTTP}/`).catch(() => null);
  console.log(answer === null ? 'the server does not answer yet' : (await answer.text()).trim());
  await delay(1_000);
}
