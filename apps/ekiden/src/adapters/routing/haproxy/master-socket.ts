import { connect } from 'node:net';

const ANSWER_MAX_BYTES = 256 * 1024 * 1024;

/** A line longer than HAProxy's buffer is refused by it. */
const LINE_MAX_BYTES = 8 * 1024;

const TIMEOUT_MS = 5_000;

/** Asks the master process; `line` goes to it, or to a worker when it begins with `@`. */
export function askMaster(
  socketPath: string,
  line: string,
  timeoutMs = TIMEOUT_MS,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => socket.destroy(new Error('no answer in time')), timeoutMs);
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > ANSWER_MAX_BYTES) socket.destroy(new Error('an answer without end'));
    });
    socket.once('error', reject);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks).toString('utf8'));
    });
    // It answers what it was asked so far when nothing more is to come.
    socket.end(`${line}\n`);
  });
}

/** Commands to one worker, in order, in as few lines as they fit into. */
export async function tellWorker(
  socketPath: string,
  pid: number,
  commands: readonly string[],
): Promise<string> {
  const lines: string[] = [];
  let line = '';
  for (const command of commands) {
    if (line !== '' && line.length + command.length > LINE_MAX_BYTES) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? `@!${pid}; ${command}` : `${line}; ${command}`;
  }
  if (line !== '') lines.push(line);
  let answer = '';
  for (const one of lines) answer += await askMaster(socketPath, one);
  return answer;
}
