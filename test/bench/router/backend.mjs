/* Answers every request at once; says its port. Ends with whoever started it. */
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  response.end('a short answer\n');
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${server.address().port}\n`);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
