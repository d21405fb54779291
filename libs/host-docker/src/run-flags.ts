import type { ContainerConfig, HostPart } from './container-config.js';

/** Logs do not fill the disk of an engine unless the app's parameters say otherwise. */
export const LOG_BOUNDS: Readonly<Record<string, string>> = { 'max-size': '10m', 'max-file': '2' };

/** The parts of a configuration that flags may change. */
export interface FlagTarget {
  readonly config: ContainerConfig;
  readonly host: HostPart;
}

/** Applies a value; returns what is wrong with it, if anything. */
type Flag = (target: FlagTarget, value: string) => string | undefined;

const MIB = 1_048_576;
const UNITS: Readonly<Record<string, number>> = { b: 1, k: 1024, m: MIB, g: 1024 * MIB };

/** Docker's sizes: `64m`, `1g`, plain bytes. */
function bytes(value: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([bkmg])?(?:i?b)?$/i.exec(value.trim());
  if (match === null) return undefined;
  return Math.round(Number(match[1]) * (UNITS[(match[2] ?? 'b').toLowerCase()] ?? 1));
}

function whole(value: string): number | undefined {
  return /^-?\d+$/.test(value.trim()) ? Number(value) : undefined;
}

function flagOf<T>(
  read: (value: string) => T | undefined,
  expected: string,
  set: (target: FlagTarget, value: T) => void,
): Flag {
  return (target, text) => {
    const value = read(text);
    if (value === undefined) return `expected ${expected}, not "${text}"`;
    set(target, value);
    return undefined;
  };
}

const text = (set: (target: FlagTarget, value: string) => void): Flag =>
  flagOf((value) => value, 'a text', set);
const number = (set: (target: FlagTarget, value: number) => void): Flag =>
  flagOf(whole, 'a whole number', set);
const size = (set: (target: FlagTarget, value: number) => void): Flag =>
  flagOf(bytes, 'a size such as 64m', set);
const pair = (set: (target: FlagTarget, name: string, value: string) => void): Flag =>
  flagOf(
    (value) => (value.includes('=') ? value : undefined),
    'name=value',
    (target, value) => {
      const at = value.indexOf('=');
      set(target, value.slice(0, at), value.slice(at + 1));
    },
  );
const YES_NO = new Map([
  ['', true],
  ['true', true],
  ['false', false],
]);
/** Flags without a value mean true on a command line; as parameters they carry one. */
const yesNo = (set: (target: FlagTarget, value: boolean) => void): Flag =>
  flagOf((value) => YES_NO.get(value.trim().toLowerCase()), 'true or false', set);

type ListKey =
  | 'CapAdd'
  | 'CapDrop'
  | 'Dns'
  | 'DnsOptions'
  | 'DnsSearch'
  | 'ExtraHosts'
  | 'GroupAdd'
  | 'Links'
  | 'SecurityOpt'
  | 'VolumesFrom'
  | 'Binds';
const each = (key: ListKey): Flag =>
  text(({ host }, value) => {
    host[key] = [...(host[key] ?? []), value];
  });

const device: Flag = (target, value) => {
  const [onHost = '', inside = onHost, permissions = 'rwm'] = value.split(':');
  if (onHost === '') return 'expected /dev/name[:/dev/name[:rwm]]';
  const added = { PathOnHost: onHost, PathInContainer: inside, CgroupPermissions: permissions };
  target.host.Devices = [...(target.host.Devices ?? []), added];
  return undefined;
};

const ulimit: Flag = (target, value) => {
  const match = /^(\w+)=(-?\d+)(?::(-?\d+))?$/.exec(value);
  if (match === null) return `expected name=soft[:hard], not "${value}"`;
  const [, name = '', soft = '0', hard = soft] = match;
  const added = { Name: name, Soft: Number(soft), Hard: Number(hard) };
  target.host.Ulimits = [...(target.host.Ulimits ?? []), added];
  return undefined;
};

const tmpfs: Flag = (target, value) => {
  const colon = value.indexOf(':');
  const path = colon < 0 ? value : value.slice(0, colon);
  const options = colon < 0 ? '' : value.slice(colon + 1);
  target.host.Tmpfs = { ...target.host.Tmpfs, [path]: options };
  return undefined;
};

/** Another driver knows nothing of our bounds; options of the app's own stay. */
const logDriver = text(({ host }, value) => {
  const options = Object.entries(host.LogConfig.Config);
  const own = options.filter(([name, option]) => LOG_BOUNDS[name] !== option);
  host.LogConfig = { Type: value, Config: Object.fromEntries(own) };
});
const logOption = pair(({ host }, name, value) => {
  const { Type: type, Config: config } = host.LogConfig;
  host.LogConfig = { Type: type, Config: { ...config, [name]: value } };
});
const env: Flag = ({ config }, value) => {
  if (!value.includes('=')) return 'expected NAME=value: nothing of the service is passed on';
  const name = value.slice(0, value.indexOf('=') + 1);
  config.Env = [...config.Env.filter((item) => !item.startsWith(name)), value];
  return undefined;
};
const label: Flag = ({ config }, value) => {
  const at = value.indexOf('=');
  const [name, content] = at < 0 ? [value, ''] : [value.slice(0, at), value.slice(at + 1)];
  if (name.startsWith('ekiden.')) return 'labels that begin with "ekiden." are taken';
  config.Labels = { ...config.Labels, [name]: content };
  return undefined;
};
const network: Flag = ({ host }, value) => {
  host.NetworkMode = value;
  return undefined;
};
/** Restarts and removals are ours to do: what asks Docker for them is accepted and left out. */
const ours: Flag = () => undefined;

/** Flags of `docker run` by their long names (docker 20.10, `docker run --help`). */
const FLAGS: Readonly<Record<string, Flag>> = {
  'add-host': each('ExtraHosts'),
  'blkio-weight': number(({ host }, value) => void (host.BlkioWeight = value)),
  'cap-add': each('CapAdd'),
  'cap-drop': each('CapDrop'),
  'cgroup-parent': text(({ host }, value) => void (host.CgroupParent = value)),
  cgroupns: text(({ host }, value) => void (host.CgroupnsMode = value)),
  'cpu-period': number(({ host }, value) => void (host.CpuPeriod = value)),
  'cpu-quota': number(({ host }, value) => void (host.CpuQuota = value)),
  'cpu-shares': number(({ host }, value) => void (host.CpuShares = value)),
  cpus: flagOf(
    (value) => (/^\d+(\.\d+)?$/.test(value) ? Number(value) : undefined),
    'a number of processors',
    ({ host }, value) => void (host.NanoCpus = Math.round(value * 1e9)),
  ),
  'cpuset-cpus': text(({ host }, value) => void (host.CpusetCpus = value)),
  'cpuset-mems': text(({ host }, value) => void (host.CpusetMems = value)),
  device: device,
  dns: each('Dns'),
  'dns-opt': each('DnsOptions'),
  'dns-option': each('DnsOptions'),
  'dns-search': each('DnsSearch'),
  domainname: text(({ config }, value) => void (config.Domainname = value)),
  entrypoint: text(({ config }, value) => {
    config.Entrypoint = [value];
  }),
  env: env,
  'group-add': each('GroupAdd'),
  hostname: text(({ config }, value) => void (config.Hostname = value)),
  init: yesNo(({ host }, value) => void (host.Init = value)),
  interactive: yesNo(({ config }, value) => void (config.OpenStdin = value)),
  ipc: text(({ host }, value) => void (host.IpcMode = value)),
  label: label,
  link: each('Links'),
  'log-driver': logDriver,
  'log-opt': logOption,
  'mac-address': text(({ config }, value) => void (config.MacAddress = value)),
  memory: size(({ host }, value) => {
    // Still no swap, unless another flag has given it some.
    if (host.MemorySwap !== undefined && host.MemorySwap === host.Memory) host.MemorySwap = value;
    host.Memory = value;
  }),
  'memory-reservation': size(({ host }, value) => void (host.MemoryReservation = value)),
  'memory-swap': flagOf(
    (value) => (value === '-1' ? -1 : bytes(value)),
    'a size such as 64m, or -1',
    ({ host }, value) => void (host.MemorySwap = value),
  ),
  'memory-swappiness': number(({ host }, value) => void (host.MemorySwappiness = value)),
  net: network,
  network: network,
  'oom-kill-disable': yesNo(({ host }, value) => void (host.OomKillDisable = value)),
  'oom-score-adj': number(({ host }, value) => void (host.OomScoreAdj = value)),
  pid: text(({ host }, value) => void (host.PidMode = value)),
  'pids-limit': number(({ host }, value) => void (host.PidsLimit = value)),
  privileged: yesNo(({ host }, value) => void (host.Privileged = value)),
  'read-only': yesNo(({ host }, value) => void (host.ReadonlyRootfs = value)),
  restart: ours,
  rm: ours,
  detach: ours,
  runtime: text(({ host }, value) => void (host.Runtime = value)),
  'security-opt': each('SecurityOpt'),
  'shm-size': size(({ host }, value) => void (host.ShmSize = value)),
  'stop-signal': text(({ config }, value) => void (config.StopSignal = value)),
  'stop-timeout': number(({ config }, value) => void (config.StopTimeout = value)),
  'storage-opt': pair(({ host }, name, value) => {
    host.StorageOpt = { ...host.StorageOpt, [name]: value };
  }),
  sysctl: pair(({ host }, name, value) => {
    host.Sysctls = { ...host.Sysctls, [name]: value };
  }),
  tmpfs: tmpfs,
  tty: yesNo(({ config }, value) => void (config.Tty = value)),
  ulimit: ulimit,
  user: text(({ config }, value) => void (config.User = value)),
  userns: text(({ host }, value) => void (host.UsernsMode = value)),
  uts: text(({ host }, value) => void (host.UTSMode = value)),
  volume: each('Binds'),
  'volume-driver': text(({ host }, value) => void (host.VolumeDriver = value)),
  'volumes-from': each('VolumesFrom'),
  workdir: text(({ config }, value) => void (config.WorkingDir = value)),
};

/** The letters `docker run` has for some of them. */
const LETTERS: Readonly<Record<string, string>> = {
  c: 'cpu-shares',
  d: 'detach',
  e: 'env',
  h: 'hostname',
  i: 'interactive',
  l: 'label',
  m: 'memory',
  t: 'tty',
  u: 'user',
  v: 'volume',
  w: 'workdir',
};

/** Whether a parameter of this name is understood, by its long name or its letter. */
export function isRunFlag(key: string): boolean {
  return flagNamed(key) !== undefined;
}

function flagNamed(key: string): Flag | undefined {
  const written = key.replace(/^-+/, '');
  return FLAGS[LETTERS[written] ?? written];
}

/**
 * Applies an app's `docker.parameters` in order, as the command line would; returns everything that
 * is wrong with them, one sentence each.
 */
export function applyRunFlags(
  target: FlagTarget,
  parameters: readonly { readonly key: string; readonly value: string }[],
): readonly string[] {
  return parameters.flatMap(({ key, value }) => {
    const flag = flagNamed(key);
    if (flag === undefined) return [`docker parameter "${key}" is not supported`];
    const problem = flag(target, value);
    return problem === undefined ? [] : [`docker parameter "${key}": ${problem}`];
  });
}
