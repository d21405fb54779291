import { Command, CommanderError, Option } from 'commander';
import { usualDockerHosts, type DockerHostsRule } from './docker-hosts.js';
import type { PortRange } from '../core/app/index.js';
import type { TaskSettings } from './task-setting-table.js';
import type { HttpSettings } from './http-settings.js';
import { nearest } from './nearest.js';
import {
  fromMarathon,
  marathonNotes,
  marathonVariable,
  type SettingNote,
} from './marathon-variables.js';
import { SETTINGS } from './setting-table.js';
import type { Setting } from './setting.js';
import type { Settings } from './settings.js';

/** What is known of the machine and the call; read once, at the start. */
export interface Invocation {
  /** Arguments behind the program's name. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  readonly machineName: string;
}

export type SettingsOutcome =
  | {
      readonly kind: 'settings';
      readonly settings: Settings;
      /** What was written anywhere, by the names of our variables. */
      readonly written: ReadonlyMap<string, string>;
      /** For the log. */
      readonly notes: readonly SettingNote[];
    }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'version' }
  /** Everything that is wrong, one sentence each; no secret is in them. */
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

const EXAMPLES = `
Examples:
  $ ekiden
      Listen on 127.0.0.1:8080, keep everything under .ekiden, run tasks on this machine.
  $ ekiden --http-port 9090 --agent-resources "cpus:2;mem:2048;ports:[31000-31100]"
      Another port, and only a part of this machine.
  $ DATABASE_URL=postgres://ekiden:secret@db/ekiden EKIDEN_HTTP_ADDRESS=0.0.0.0 ekiden
      A database server, and clients from other machines.
  $ ekiden --simulated-agents 1000 --data-dir /tmp/trial
      Try things out on a thousand machines that do not exist.
`;

/** Flags win over the environment, the environment over defaults; an empty variable is none. */
export function readSettings(invocation: Invocation): SettingsOutcome {
  const program = declare();
  const flags = readFlags(program, invocation.args);
  if (flags.values['help'] === true) {
    return { kind: 'help', text: program.helpInformation() + EXAMPLES };
  }
  if (flags.values['version'] === true) return { kind: 'version' };
  const values = new Values(flags.values, invocation.env);
  const settings = assemble(values, invocation);
  const problems = [...flags.problems, ...values.problems];
  if (problems.length > 0) return { kind: 'refused', problems };
  const notes = marathonNotes(invocation.env, (setting) => values.isOurs(setting));
  return { kind: 'settings', settings, written: values.written, notes };
}

function assemble(values: Values, { workingDirectory, machineName }: Invocation): Settings {
  const simulatedAgents = values.required(SETTINGS.simulatedAgents);
  const hostname = values.optional(SETTINGS.hostname);
  return {
    httpAddress: values.required(SETTINGS.httpAddress),
    httpPort: values.required(SETTINGS.httpPort),
    dataDir: values.required(SETTINGS.dataDir),
    databaseUrl: values.optional(SETTINGS.databaseUrl),
    agentResources: values.optional(SETTINGS.agentResources),
    agentAttributes: values.required(SETTINGS.agentAttributes),
    agentDomain: values.optional(SETTINGS.agentDomain),
    dockerHosts: values.optional(SETTINGS.dockerHosts) ?? values.usualDockerHosts(),
    dockerConfig: values.optional(SETTINGS.dockerConfig),
    agentTimeoutSeconds: values.required(SETTINGS.agentTimeoutSeconds),
    reconcileSeconds: values.required(SETTINGS.reconcileSeconds),
    launchTimeoutSeconds: values.required(SETTINGS.launchTimeoutSeconds),
    healthHoldSeconds: values.required(SETTINGS.healthHoldSeconds),
    maintenanceMode: values.required(SETTINGS.maintenanceMode),
    drainingSeconds: values.required(SETTINGS.drainingSeconds),
    preemptionNoticeSeconds: values.required(SETTINGS.preemptionNoticeSeconds),
    isolation: values.required(SETTINGS.isolation),
    fetchRoot: values.optional(SETTINGS.fetchRoot) ?? workingDirectory,
    simulatedAgents,
    unknownDependency: values.required(SETTINGS.unknownDependency),
    defaultRole: values.required(SETTINGS.defaultRole),
    defaultNetworkName: values.optional(SETTINGS.defaultNetworkName),
    bridgeName: values.required(SETTINGS.bridgeName),
    hostPaths: values.optional(SETTINGS.hostPaths),
    features: values.required(SETTINGS.features),
    newGroupEnforceRole: values.required(SETTINGS.newGroupEnforceRole),
    acceptedRoles: values.required(SETTINGS.acceptedRoles),
    ...values.routedPorts(),
    envVarsPrefix: values.optional(SETTINGS.envVarsPrefix),
    router: values.optional(SETTINGS.router) ?? (simulatedAgents > 0 ? 'none' : 'embedded'),
    haproxy: values.required(SETTINGS.haproxy),
    serviceAddress: values.required(SETTINGS.serviceAddress),
    vhostPort: values.required(SETTINGS.vhostPort),
    haproxyGroups: values.required(SETTINGS.haproxyGroups),
    hostname: hostname ?? machineName,
    logLevel: values.required(SETTINGS.logLevel),
    mailboxCapacity: values.required(SETTINGS.mailboxCapacity),
    leaseSeconds: values.required(SETTINGS.leaseSeconds),
    requestTimeoutSeconds: values.required(SETTINGS.requestTimeoutSeconds),
    eventsKept: values.required(SETTINGS.eventsKept),
    eventsOutstandingMax: values.required(SETTINGS.eventsOutstandingMax),
    versionsKept: values.required(SETTINGS.versionsKept),
    rootVersionsKept: values.required(SETTINGS.rootVersionsKept),
    recordFile: values.optional(SETTINGS.recordFile),
    ...assembleTasks(values),
    ...assembleHttp(values, hostname),
  };
}

function assembleTasks(values: Values): TaskSettings {
  return {
    exec: values.required(SETTINGS.exec),
    execSessionsMax: values.required(SETTINGS.execSessionsMax),
    execIdleSeconds: values.required(SETTINGS.execIdleSeconds),
    sandboxesKeptHours: values.required(SETTINGS.sandboxesKeptHours),
    sandboxesKeptMb: values.required(SETTINGS.sandboxesKeptMb),
    diskReservePercent: values.required(SETTINGS.diskReservePercent),
    volumeCheckSeconds: values.required(SETTINGS.volumeCheckSeconds),
    volumeLimit: values.required(SETTINGS.volumeLimit),
  };
}

function assembleHttp(values: Values, hostname: string | undefined): HttpSettings {
  return {
    httpCompression: values.required(SETTINGS.httpCompression),
    httpBodyLimitMb: values.required(SETTINGS.httpBodyLimitMb),
    httpMaxConcurrentRequests: values.optional(SETTINGS.httpMaxConcurrentRequests),
    httpReceiveTimeoutSeconds: values.required(SETTINGS.httpReceiveTimeoutSeconds),
    httpCredentials: values.optional(SETTINGS.httpCredentials),
    httpRealm: values.required(SETTINGS.httpRealm),
    allowedOrigins: values.required(SETTINGS.allowedOrigins),
    // a name that somebody chose is the one that others know
    advertisedAddress: values.optional(SETTINGS.advertisedAddress) ?? hostname,
    proxyConnectTimeoutSeconds: values.required(SETTINGS.proxyConnectTimeoutSeconds),
    proxyReadTimeoutSeconds: values.required(SETTINGS.proxyReadTimeoutSeconds),
    proxyMaxOpenRequests: values.required(SETTINGS.proxyMaxOpenRequests),
  };
}

/** Looks values up where they may be written, and collects what is wrong with them. */
class Values {
  readonly problems: string[] = [];
  readonly written = new Map<string, string>();
  private readonly flags: Readonly<Record<string, unknown>>;
  private readonly env: Invocation['env'];

  constructor(flags: Readonly<Record<string, unknown>>, env: Invocation['env']) {
    this.flags = flags;
    this.env = env;
  }

  optional<T>(setting: Setting<T>): T | undefined {
    const flag = this.flags[setting.flag];
    if (typeof flag === 'string') return this.check(setting, flag, `--${setting.flag}`);
    const written = this.env[setting.env] ?? '';
    if (written !== '') return this.check(setting, written, setting.env);
    const alias = marathonVariable(setting);
    const told = alias === undefined ? undefined : this.env[alias];
    if (alias === undefined || told === undefined) return undefined;
    const value = fromMarathon(setting, told);
    return value === '' ? undefined : this.check(setting, value, alias);
  }

  /** Whether it is written under a name of ours. */
  isOurs({ flag, env }: Setting<unknown>): boolean {
    return typeof this.flags[flag] === 'string' || (this.env[env] ?? '') !== '';
  }

  /** Ranges that a router listens in: one port has one meaning. */
  routedPorts(): Pick<
    Settings,
    'servicePortMin' | 'servicePortMax' | 'previewPorts' | 'scopePorts'
  > {
    const servicePortMin = this.required(SETTINGS.servicePortMin);
    const servicePortMax = this.required(SETTINGS.servicePortMax);
    if (servicePortMin > servicePortMax) {
      const { env } = SETTINGS.servicePortMin;
      this.problems.push(`${env}: expected no more than ${servicePortMax}, not ${servicePortMin}`);
    }
    const previewPorts = this.required(SETTINGS.previewPorts);
    const scopePorts = this.required(SETTINGS.scopePorts);
    const service = { min: servicePortMin, max: servicePortMax };
    this.apart(SETTINGS.previewPorts, previewPorts, 'service', service);
    this.apart(SETTINGS.scopePorts, scopePorts, 'service', service);
    this.apart(SETTINGS.scopePorts, scopePorts, 'preview', previewPorts);
    return { servicePortMin, servicePortMax, previewPorts, scopePorts };
  }

  private apart(
    { env }: Setting<PortRange>,
    { min, max }: PortRange,
    kind: string,
    other: PortRange,
  ): void {
    if (min > other.max || max < other.min) return;
    const taken = `the ${kind} ports, ${other.min}-${other.max}`;
    this.problems.push(`${env}: ${min}-${max} has ports in common with ${taken}`);
  }

  /** With a problem on record the value stands for nothing: the settings are refused. */
  required<T>(setting: Setting<T>): T {
    const problemsBefore = this.problems.length;
    const value = this.optional(setting);
    if (value !== undefined && this.problems.length === problemsBefore) return value;
    return setting.schema.parse(setting.default);
  }

  /** By Docker's own variables; a `DOCKER_HOST` that nobody understands is a problem of its own. */
  usualDockerHosts(): DockerHostsRule {
    const usual = usualDockerHosts(this.env);
    if (usual.ok) return usual.value;
    this.problems.push(`DOCKER_HOST: ${usual.error}`);
    return { kind: 'none' };
  }

  private check<T>(setting: Setting<T>, written: string, place: string): T | undefined {
    const result = setting.schema.safeParse(written);
    this.written.set(setting.env, written);
    if (result.success) return result.data;
    const reason = result.error.issues[0]?.message ?? 'is not valid';
    const shown = setting.secret === true ? '' : `, not ${JSON.stringify(written)}`;
    this.problems.push(`${place}: ${reason}${shown}`);
    return undefined;
  }
}

interface Flags {
  readonly values: Readonly<Record<string, unknown>>;
  readonly problems: readonly string[];
}

function readFlags(program: Command, args: readonly string[]): Flags {
  const problems: string[] = [];
  try {
    const { operands, unknown } = program.parseOptions([...args]);
    problems.push(...strays(operands, unknown).map((word) => unknownWord(program, word)));
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    problems.push(error.message.replace(/^error: /, ''));
  }
  const values = program.options.map((option) => [
    option.long?.slice(2),
    program.getOptionValue(option.attributeName()) as unknown,
  ]);
  return { values: Object.fromEntries(values) as Flags['values'], problems };
}

/** What nobody takes; a word right behind an unknown flag is its value, and goes with it. */
function strays(operands: readonly string[], unknown: readonly string[]): readonly string[] {
  const isValue = (word: string, index: number): boolean =>
    !word.startsWith('-') && (unknown[index - 1] ?? '').startsWith('-');
  return [...operands, ...unknown.filter((word, index) => !isValue(word, index))];
}

/** Shows names only: everything else, such as what follows `=`, may be a secret. */
function unknownWord(program: Command, word: string): string {
  if (!word.startsWith('-')) {
    return /^[\w-]{1,40}$/.test(word) ? `unexpected argument "${word}"` : 'unexpected argument';
  }
  const [name = ''] = word.split('=', 1);
  const known = program.options.flatMap(({ long }) => (typeof long === 'string' ? [long] : []));
  const suggestion = nearest(name, known);
  const hint = suggestion === undefined ? 'see --help' : `did you mean ${suggestion}?`;
  return `unknown flag ${name}; ${hint}`;
}

function declare(): Command {
  const program = new Command('ekiden')
    .description("Runs long-running services. Speaks Marathon's API.")
    .usage('[flags]')
    .helpOption(false)
    .configureHelp({ helpWidth: 100 })
    .configureOutput({ writeErr: () => undefined, writeOut: () => undefined })
    .exitOverride();
  for (const setting of Object.values<Setting<unknown>>(SETTINGS)) {
    program.addOption(new Option(`--${setting.flag} <${setting.value}>`, describe(setting)));
  }
  return program.option('--version', 'Show the version.').option('-h, --help', 'Show this text.');
}

function describe(setting: Setting<unknown>): string {
  const { description, env, default: written, fallback, marathon } = setting;
  const shown = written === undefined || written === '' ? (fallback ?? 'none') : written;
  const same = marathon === undefined ? '' : ` Marathon: ${marathon}.`;
  return `${description} Variable ${env}; default: ${shown}.${same}`;
}
