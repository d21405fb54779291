import {
  DISK_SOURCE_TYPES,
  type DiskInfo,
  type DiskSource,
  type Persistence,
  type VolumeMount,
} from './disk.js';
import { CODE, formatWord, type Scanner } from './scanner.js';

/** A volume of such a name is written in quotes. */
const KEYWORDS: ReadonlySet<string> = new Set(DISK_SOURCE_TYPES);

/** The disk in brackets; the opening one is behind the scanner. */
export function readDisk(scanner: Scanner): DiskInfo {
  const type = readSourceType(scanner);
  let disk: DiskInfo = type === undefined ? {} : { source: readSource(scanner, type) };
  if (type === undefined || scanner.eat(',')) {
    disk = { ...disk, persistence: readPersistence(scanner) };
    if (scanner.eat(':')) disk = { ...disk, volume: readMount(scanner) };
  }
  scanner.expect(']', 'a disk ends with ]');
  return disk;
}

/** The inverse of {@link readDisk}, without brackets. */
export function formatDisk({ source, persistence, volume }: DiskInfo): string {
  let disk = source === undefined ? '' : formatSource(source);
  if (persistence !== undefined) {
    const { id, principal } = persistence;
    if (source !== undefined) disk += ',';
    disk += formatWord(id, KEYWORDS);
    if (principal !== undefined) disk += `(${formatWord(principal)})`;
  }
  if (volume === undefined) return disk;
  return `${disk}:${formatWord(volume.containerPath)}:${volume.mode.toLowerCase()}`;
}

function readSourceType(scanner: Scanner): DiskSource['type'] | undefined {
  if (scanner.next() === CODE.quote) return undefined;
  const start = scanner.at;
  const word = scanner.word('a disk has a source or a volume id');
  const type = DISK_SOURCE_TYPES.find((each) => each === word);
  if (type === undefined) scanner.at = start;
  return type;
}

/** `MOUNT(vendor,id,profile):root`; what it has not is left empty. */
function readSource(scanner: Scanner, type: DiskSource['type']): DiskSource {
  const [vendor, id, profile] = scanner.eat('(') ? readMaker(scanner) : [];
  const root = scanner.eat(':') ? scanner.word('a root is a path') : undefined;
  return {
    type,
    ...(root !== undefined && { root }),
    ...(id !== undefined && { id }),
    ...(profile !== undefined && { profile }),
    ...(vendor !== undefined && { vendor }),
  };
}

function readMaker(scanner: Scanner): readonly (string | undefined)[] {
  const rule = 'a source is made by (vendor,id,profile)';
  return [',', ',', ')'].map((end) => {
    if (scanner.eat(end)) return undefined;
    const word = scanner.word(rule, true);
    scanner.expect(end, rule);
    return word;
  });
}

function readPersistence(scanner: Scanner): Persistence {
  const id = scanner.word('a volume has an id');
  if (!scanner.eat('(')) return { id };
  const principal = scanner.word('a principal is a word', true);
  scanner.expect(')', 'a principal ends with )');
  return { id, principal };
}

function readMount(scanner: Scanner): VolumeMount {
  const rule = 'a volume is seen at :path:rw or :path:ro';
  const containerPath = scanner.word(rule);
  scanner.expect(':', rule);
  const mode = scanner.eat('rw') ? 'RW' : 'RO';
  if (mode === 'RO') scanner.expect('ro', rule);
  return { containerPath, mode };
}

function formatSource({ type, root, id, profile, vendor }: DiskSource): string {
  const made = [vendor, id, profile];
  const words = made.map((word) => (word === undefined ? '' : formatWord(word))).join(',');
  const maker = words === ',,' ? '' : `(${words})`;
  return `${type}${maker}${root === undefined ? '' : `:${formatWord(root)}`}`;
}
