import type Docker from 'dockerode';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { packRoot, type RootEntry } from './root-file-system.js';
import { runCommand } from './run-command.js';

const BINARY = '/bin/busybox';
const LABEL = 'ekiden.test.busybox';
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Sees to it that the engine has a small image with a shell, made of this machine's busybox, so
 * that tests need no registry; gives its name. There is no command in the image: whoever starts a
 * container says what runs.
 *
 * Does nothing when the image is there already. An image of that name which this function has not
 * made (the official one) is left alone and used as it is.
 *
 * @param tag `name:tag`
 * @param binary a busybox that needs no libraries; rejects when it is missing or needs some
 */
export async function busyboxImage(
  docker: Docker,
  tag = 'busybox:stable',
  binary = BINARY,
): Promise<string> {
  const archive = packRoot(rootEntries(await staticBusybox(binary), await appletsOf(binary)));
  const content = createHash('sha256').update(archive).digest('hex');
  const present = await labelOf(docker, tag);
  if (present === 'foreign' || present === content) return tag;

  const colon = tag.lastIndexOf(':');
  const answer = await docker.importImage(Readable.from([archive]), {
    repo: tag.slice(0, colon),
    tag: tag.slice(colon + 1),
    changes: [`LABEL ${LABEL}=${content}`, `ENV PATH=${PATH}`],
  });
  await endOf(docker, answer);
  await removeNameless(docker);
  return tag;
}

/** What the label of the image says; `foreign` = an image without the label. */
async function labelOf(docker: Docker, tag: string): Promise<string | undefined> {
  try {
    const { Config } = await docker.getImage(tag).inspect();
    return (Config.Labels as Record<string, string> | null)?.[LABEL] ?? 'foreign';
  } catch (error) {
    if ((error as { readonly statusCode?: number }).statusCode === 404) return undefined;
    throw error;
  }
}

/** The engine answers 200 and reports trouble inside the body. */
function endOf(docker: Docker, answer: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(answer, (error, items: readonly { readonly error?: string }[]) => {
      const trouble = error?.message ?? items.find((item) => item.error !== undefined)?.error;
      if (trouble === undefined) resolve();
      else reject(new Error(`importing the busybox image: ${trouble}`));
    });
  });
}

/**
 * Images of older binaries, or of a run that imported at the same moment, have lost their name.
 * Images that somebody has built on top of ours inherit its label, but have a parent.
 */
async function removeNameless(docker: Docker): Promise<void> {
  const labelled = await docker.listImages({ filters: { dangling: ['true'], label: [LABEL] } });
  const images = labelled.filter(({ ParentId }) => ParentId === '');
  // In use, or removed by somebody else meanwhile: both are fine.
  await Promise.allSettled(images.map(({ Id }) => docker.getImage(Id).remove()));
}

async function staticBusybox(file: string): Promise<Buffer> {
  const binary = await readFile(file).catch(() => undefined);
  if (binary === undefined || needsLoader(binary)) {
    throw new Error(
      `The test image is made of a static busybox, and ${file} is ` +
        `${binary === undefined ? 'missing' : 'linked dynamically'}: ` +
        'install busybox-static (Debian: apt-get install busybox-static).',
    );
  }
  return binary;
}

/** Whether an ELF file (64 bit, little endian) names an interpreter, so would not run alone. */
function needsLoader(binary: Buffer): boolean {
  const INTERPRETER = 3;
  const table = Number(binary.readBigUInt64LE(0x20));
  const entrySize = binary.readUInt16LE(0x36);
  const count = binary.readUInt16LE(0x38);
  return Array.from({ length: count }, (_, at) => table + at * entrySize).some(
    (offset) => binary.readUInt32LE(offset) === INTERPRETER,
  );
}

async function appletsOf(binary: string): Promise<readonly string[]> {
  const names = (await runCommand(binary, '--list')).split('\n');
  return names.filter((name) => name !== '' && name !== 'busybox');
}

function rootEntries(busybox: Buffer, names: readonly string[]): readonly RootEntry[] {
  const folder = (path: string, mode?: number): RootEntry => ({
    kind: 'folder',
    path,
    ...(mode === undefined ? {} : { mode }),
  });
  const file = (path: string, text: string): RootEntry => ({
    kind: 'file',
    path,
    data: Buffer.from(text),
  });
  return [
    ...['bin', 'etc', 'usr', 'usr/bin', 'var', 'home', 'mnt'].map((path) => folder(path)),
    folder('root', 0o700),
    folder('tmp', 0o1777),
    folder('var/tmp', 0o1777),
    file('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:::/bin/false\n'),
    file('etc/group', 'root:x:0:\nnogroup:x:65534:\n'),
    { kind: 'file', path: 'bin/busybox', mode: 0o755, data: busybox },
    ...names.map((name): RootEntry => ({ kind: 'link', path: `bin/${name}`, target: 'busybox' })),
    { kind: 'link', path: 'usr/bin/env', target: '/bin/env' },
  ];
}
