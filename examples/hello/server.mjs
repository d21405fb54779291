import { createServer } from 'node:http';

// PORT0 is the first port of the task, HOST the address of the host it runs on.
const port = Number(process.env.PORT0);
const host = process.env.HOST ?? '127.0.0.1';
const greeting = process.env.GREETING ?? 'Hello';
const task = process.env.MESOS_TASK_ID ?? `process ${process.pid}`;

const server = createServer((_request, response) => {
  response.end(`${greeting} from ${task}\n`);
});

server.listen(port, host, () => {
  console.log(`listening on ${host}:${port}`);
});

process.on('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
