import type { HostFailure, TaskSpec } from '@ekiden/host';
import type { EngineFailure } from './engine-call.js';

type Refusal = Extract<EngineFailure, { kind: 'refused' }>;

/** Why a container could not be made. */
export function failureOfCreate(refusal: Refusal): HostFailure {
  const message = `Docker refuses the container: ${refusal.message}`;
  return refusal.status === 400 ? { kind: 'invalid', message } : { kind: 'engineRefused', message };
}

/** The engine has no such image; a container can only be made once it has. */
export function isImageMissing({ status, message }: Refusal): boolean {
  return status === 404 && /no such image|not found: manifest|image .*not found/i.test(message);
}

const TAKEN = /port is already allocated|address already in use/;
const PORT = /:(\d{1,5})(?=\/| failed|: bind|:\d+:tcp|:\d+:udp)/g;
const NO_PROGRAM = /exec: "([^"]*)"|executable file not found|no such file or directory/;
const ABOUT_PROGRAM = /executable file not found|exec: |exec format error/;

/** Why a container did not start, from the words of the engine and its runtime. */
export function failureOfStart(refusal: Refusal, spec: TaskSpec | undefined): HostFailure {
  const { message } = refusal;
  if (TAKEN.test(message)) return portTaken(message, spec);
  const command = NO_PROGRAM.exec(message);
  if (command !== null && ABOUT_PROGRAM.test(message)) {
    const program = command[1] ?? firstWord(spec);
    const text = `Command "${program}" cannot be run in the image: ${message}`;
    return { kind: 'commandNotFound', command: program, message: text };
  }
  return { kind: 'engineRefused', message: `Docker cannot start the container: ${message}` };
}

function portTaken(message: string, spec: TaskSpec | undefined): HostFailure {
  const asked = spec?.ports ?? [];
  const named = [...message.matchAll(PORT)].map(([, port]) => Number(port));
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
