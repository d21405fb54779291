import type { HostFailure, TaskSpec } from '@ekiden/host';
import type { EngineFailure } from './engine-call.js';
import { hasNoRoom, plainWords } from './engine-failures.js';

type Refusal = Extract<EngineFailure, { kind: 'refused' }>;

/** Why a container could not be made. */
export function failureOfCreate(refusal: Refusal): HostFailure {
  const message = `Docker refuses the container: ${plainWords(refusal.message)}`;
  if (hasNoRoom(refusal.message)) return { kind: 'resources', message };
  return refusal.status === 400 ? { kind: 'invalid', message } : { kind: 'engineRefused', message };
}

/** The engine has no such image; a container can only be made once it has. */
export function isImageMissing({ status, message }: Refusal): boolean {
  return status === 404 && /no such image|not found: manifest|image .*not found/i.test(message);
}

const TAKEN = /port is already allocated|address already in use/;
/**
 * The host's side of a mapping stands first: `Bind for 0.0.0.0:31000 failed`, since engine 27 also
 * `for [::]:31000:[fd00::2]:80/tcp` with the container's side after it.
 */
const PORT = /(?<=\s)(?:\d+(?:\.\d+){3}|\[[\da-f:]*\]|::)?:(\d{1,5})(?!\d)/g;
/** runc quotes the program, or names its path; crun has its own words. */
const NO_PROGRAM = [
  /exec: "([^"]*)"/,
  /executable file [`'"]([^`'"]*)[`'"] not found/,
  /executable file not found|exec format error/,
] as const;

/** Why a container did not start, from the words of the engine and its runtime. */
export function failureOfStart(refusal: Refusal, spec: TaskSpec | undefined): HostFailure {
  const { message } = refusal;
  if (TAKEN.test(message)) return portTaken(message, spec);
  const found = NO_PROGRAM.map((words) => words.exec(message)).find((match) => match !== null);
  if (found !== undefined) {
    const program = found[1] ?? firstWord(spec);
    const text = `Command "${program}" cannot be run in the image: ${message}`;
    return { kind: 'commandNotFound', command: program, message: text };
  }
  const text = `Docker cannot start the container: ${plainWords(message)}`;
  return { kind: hasNoRoom(message) ? 'resources' : 'engineRefused', message: text };
}

function portTaken(message: string, spec: TaskSpec | undefined): HostFailure {
  const named = [...message.matchAll(PORT)].map(([, port]) => Number(port));
  const asked = spec?.ports ?? named;
  const ports = asked.filter((port) => named.includes(port));
  const taken = ports.length > 0 ? ports : asked;
  const plural = taken.length === 1 ? 'port is' : 'ports are';
  return {
    kind: 'portTaken',
    ports: taken,
    message: `Host ${plural} taken: ${taken.join(', ')} (${message})`,
  };
}

function firstWord(spec: TaskSpec | undefined): string {
  const command = spec?.command;
  return command?.kind === 'argv' ? (command.value[0] ?? '') : '/bin/sh';
}
