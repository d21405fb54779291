import { createServer } from 'node:http';

// PORT0 is the first port that the task was given; on this machine only, as it is an example.
const port = Number(process.env.PORT0);
const host = '127.0.0.1';
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
