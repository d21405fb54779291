import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppBody, TestService } from '../support/index.js';

/** Ends at once when it is asked to, which the first process of a container does not by itself. */
export const SLEEP = "trap 'exit 0' TERM; sleep 1000 & wait";

/** A folder of this machine, next to the service's, that containers may write into. */
export function folderFor(service: TestService, name: string): string {
  const folder = join(service.home.dir, name);
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o777);
  return folder;
}

/** What to add to an app so that each start of a container leaves a line, and the lines. */
export function journalOf(
  service: TestService,
  name: string,
): { readonly wish: ContainerWish; starts(): readonly string[] } {
  const hostPath = folderFor(service, name);
  return {
    wish: {
      cmd: `echo "$MESOS_TASK_ID" >> /journal/starts; ${SLEEP}`,
      container: { volumes: [{ hostPath, containerPath: '/journal', mode: 'RW' }] },
    },
    starts: () => readFileSync(join(hostPath, 'starts'), 'utf8').trim().split('\n'),
  };
}

export interface ContainerWish {
  readonly [field: string]: unknown;
  /** Added to what is said of the container. */
  readonly container?: object;
  /** Added to what is said of Docker. */
  readonly docker?: object;
}

/** Sleeps in a container of the test image. */
export function containerApp(id: string, instances: number, wish: ContainerWish = {}): AppBody {
  const { container, docker, ...more } = wish;
  return {
    id,
    cmd: SLEEP,
    instances,
    cpus: 0.05,
    mem: 32,
    networks: [{ mode: 'container/bridge' }],
    container: {
      type: 'DOCKER',
      docker: { image: 'busybox:stable', ...docker },
      ...container,
    },
    ...more,
  };
}

/** Answers on its host port with what `print` (shell) prints. */
export function answeringApp(
  id: string,
  instances: number,
  print: string,
  wish: ContainerWish = {},
): AppBody {
  return containerApp(id, instances, {
    cmd: answering(print, '8080'),
    container: { portMappings: [{ containerPort: 8080, hostPort: 0 }] },
    ...wish,
  });
}

/** Shell that serves the output of `print` on a port. */
export function answering(print: string, port: string): string {
  return [
    'mkdir -p /tmp/www',
    `{ ${print}; } > /tmp/www/index.html`,
    `trap 'kill $!; exit 0' TERM`,
    `httpd -f -p ${port} -h /tmp/www & wait $!`,
  ].join('; ');
}

/** What answers at an address, or `undefined` when nobody does. */
export async function textAt(
  address: string,
  port: number,
  path = '/',
): Promise<string | undefined> {
  try {
    // A new connection each time: a kept one would hold a dying server.
    const response = await fetch(`http://${address}:${port}${path}`, {
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(3_000),
    });
    const text = (await response.text()).trim();
    return response.ok ? text : undefined;
  } catch {
    return undefined;
  }
}
