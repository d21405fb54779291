import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('targets.mjs', import.meta.url));

/** Web servers in a process of their own. */
export interface Targets {
  readonly ports: readonly number[];
  dispose(): Promise<void>;
}

export async function startTargets(count: number): Promise<Targets> {
  const child = spawn(process.execPath, [SCRIPT, String(count)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = (await once(lines, 'line')) as [string];
  return {
    ports: JSON.parse(line) as number[],
    dispose: async () => {
      child.stdin.end();
      await once(child, 'close');
    },
  };
}
