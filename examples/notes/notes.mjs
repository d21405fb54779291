// Keeps notes in a file: POST one, GET all. A note that was answered for is on disk.
import { open, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';

const file = join(process.argv[2] ?? '.', 'notes.txt');
const journal = await open(file, 'a');

const server = createServer(async (request, response) => {
  try {
    if (request.method === 'POST') {
      let note = '';
      for await (const part of request) note += part;
      await journal.write(`${note.replaceAll('\n', ' ')}\n`);
      await journal.sync();
    }
    response.end(await readFile(file));
  } catch (error) {
    response.writeHead(500).end(`${error}\n`);
  }
});

server.listen(Number(process.env.PORT0), () => console.log(`notes in ${file}`));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
