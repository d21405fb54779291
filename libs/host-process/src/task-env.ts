/** Names taken over from the service when it has them; everything else of its environment stays. */
const INHERITED = ['PATH', 'LANG', 'LC_ALL', 'TZ'] as const;

const DEFAULTS: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LANG: 'C.UTF-8',
};

/** The allow-listed base, then the sandbox, then what the task was given, which wins. */
export function taskEnv(options: {
  readonly service: Readonly<Record<string, string | undefined>>;
  readonly sandbox: string;
  readonly task: Readonly<Record<string, string>>;
}): Record<string, string> {
  const env: Record<string, string> = { ...DEFAULTS };
  for (const name of INHERITED) {
    const value = options.service[name];
    if (value !== undefined && value !== '') env[name] = value;
  }
  return { ...env, HOME: options.sandbox, MESOS_SANDBOX: options.sandbox, ...options.task };
}

/*
 * A shell passes on only names it can hold as variables, and has a mind of its own about these.
 */
const PLAIN = /^[A-Za-z_][A-Za-z0-9_]*$/;
const SHELL_OWN =
  /^(?:PWD|OLDPWD|IFS|OPTIND|OPTARG|LINENO|PPID|SHLVL|_|UID|EUID|SHELLOPTS|PS[124]|BASH.*|__ekiden.*)$/;

/** What a shell hands on unchanged, and what must be added after it. */
export function splitForShell(env: Readonly<Record<string, string>>): {
  readonly plain: Record<string, string>;
  readonly odd: Record<string, string>;
} {
  const plain: Record<string, string> = {};
  const odd: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (PLAIN.test(name) && !SHELL_OWN.test(name)) plain[name] = value;
    else odd[name] = value;
  }
  return { plain, odd };
}
