import { mkdir, readdir, rmdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { clearSlot } from './clear-slot.js';

const HOME = '/var/lib/ekiden-test-engines';
const SLOTS_MAX = 200;

/** What belongs to test engine number n of this machine. Every name follows from the number. */
export interface EngineSlot {
  readonly number: number;
  /** Folder of the engine; short, because unix sockets below it have at most 107 characters. */
  readonly root: string;
  /** Network namespace, see `ip netns list`. */
  readonly namespace: string;
  /** This machine's end of the cable into the namespace; the other end is called `eth0`. */
  readonly link: string;
  /** This machine as the engine sees it. */
  readonly hostAddress: string;
  /** The engine as this machine sees it. */
  readonly address: string;
  /** The engine on its own bridge, as its containers see it. */
  readonly bridgeAddress: string;
}

export interface ClaimedSlot extends EngineSlot {
  /** Lets the number go. The slot must be clear. */
  release(): Promise<void>;
}

/**
 * Takes a number that no living process holds, and makes its folder. What runs that were killed have
 * left behind on this machine is removed first. Processes begin to look at different numbers, so
 * that one rarely takes what another has just let go.
 */
export async function claimSlot(): Promise<ClaimedSlot> {
  await sweepSlots();
  for (let attempt = 0; attempt < SLOTS_MAX; attempt += 1) {
    const number = ((process.pid * 7 + attempt) % SLOTS_MAX) + 1;
    const hold = await tryHold(number);
    if (hold === undefined) continue;
    const slot = slotOf(number);
    await clearSlot(slot);
    if (isTaken(slot)) {
      await letGo(hold);
      continue;
    }
    await mkdir(slot.root, { recursive: true, mode: 0o700 });
    return { ...slot, release: () => release(hold) };
  }
  throw new Error(`all ${SLOTS_MAX} test engines of this machine are taken`);
}

async function sweepSlots(): Promise<void> {
  const names = await readdir(HOME).catch(() => []);
  for (const number of names.map(Number).filter(Number.isSafeInteger)) {
    const hold = await tryHold(number);
    if (hold === undefined) continue;
    await clearSlot(slotOf(number));
    await release(hold);
  }
}

function slotOf(number: number): EngineSlot {
  return {
    number,
    root: `${HOME}/${number}`,
    namespace: `ekiden-engine-${number}`,
    link: `ekiden${number}`,
    hostAddress: `10.77.${number}.1`,
    address: `10.77.${number}.2`,
    bridgeAddress: `10.78.${number}.1`,
  };
}

/** Whether somebody else uses the subnet, for something of their own. */
function isTaken({ hostAddress }: EngineSlot): boolean {
  const subnet = hostAddress.slice(0, hostAddress.lastIndexOf('.') + 1);
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.some(({ address }) => address.startsWith(subnet));
}

/**
 * A number is held by an abstract unix socket: taking it is atomic, and it is free again the moment
 * its process is gone, however that ended.
 */
function tryHold(number: number): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen({ path: `\0ekiden-test-engine-${number}` }, () => {
      server.unref();
      resolve(server);
    });
  });
}

async function release(hold: Server): Promise<void> {
  await rmdir(HOME).catch(() => undefined); // not empty: other engines
  await letGo(hold);
}

function letGo(hold: Server): Promise<void> {
  return new Promise((resolve) => {
    hold.close(() => {
      resolve();
    });
  });
}
