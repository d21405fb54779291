import { spawn } from 'node:child_process';

/** Ends what runs on a data directory when this whole test run is killed. */
export interface Watcher {
  dismiss(): void;
}

/** `$1` = data directory. "done" on the input dismisses it; the end of the input is our end. */
const WATCHER = `
read -r word && [ "$word" = done ] && exit 0
read -r pid <"$1/service.pid" && kill -9 "$pid"
read -r pid <"$1/postgres/cluster/postmaster.pid" && kill -CONT "$pid" && kill -QUIT "$pid"
pid=$(sed -n 's/^{"pid":\\([0-9]*\\),.*/\\1/p' "$1/haproxy/haproxy.json") && [ "$pid" -gt 1 ] && kill -9 "$pid"
for file in "$1"/tasks/*/supervisor "$1"/tasks/*/task; do
  read -r pid rest <"$file" && [ "$pid" -gt 1 ] && kill -9 "$pid"
done
sleep 1
rm -rf "$1"
`;

/** In a session of its own, so that it survives what kills us. */
export function watchOver(dir: string): Watcher {
  const child = spawn('sh', ['-c', WATCHER, 'watcher', dir], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.unref();
  return {
    dismiss: () => {
      child.stdin.end('done\n');
    },
  };
}
