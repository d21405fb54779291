import type { Millis } from '@ekiden/kernel';
import { isPod } from '../core/app/index.js';
import type { DomainEvent } from '../core/events/index.js';
import type { Turn } from '../core/loop/index.js';
import type { Reply, StateView } from '../core/turn/index.js';
import type { Counter, Metrics, Named } from '../ports/index.js';

/** What is read when somebody asks. */
export interface MeterSources {
  readonly state: () => StateView | undefined;
  readonly mailboxSize: () => number;
  /** For how long this service has been leading; `undefined`: it does not. */
  readonly leadingFor: () => Millis | undefined;
}

/** The service's measurements: what is state is read, what passes is counted (marathon-api 11.3). */
export class ServiceMeters {
  private readonly turns: {
    readonly duration: ReturnType<Metrics['timer']>;
    readonly commit: ReturnType<Metrics['timer']>;
    readonly commands: ReturnType<Metrics['histogram']>;
    readonly failed: Counter;
  };
  private readonly deployments: { readonly started: Counter; readonly dismissed: Counter };
  private readonly tasks: { readonly launched: Counter; readonly killed: Counter };
  private readonly offers: { readonly incoming: Counter; readonly declined: Counter };
  private readonly lateness: ReturnType<Metrics['timer']>;
  private readonly events: Counter;
  private readonly ofEvents: ReadonlyMap<DomainEvent['type'], Counter>;

  constructor(metrics: Metrics, sources: MeterSources) {
    const counter = (name: string, help: string): Counter =>
      metrics.counter({ name: `marathon.${name}.counter`, help });
    this.turns = {
      duration: metrics.timer(timer('turns.duration', 'Time to decide a turn.')),
      commit: metrics.timer(timer('turns.commit.duration', 'Time until a turn is stored.')),
      commands: metrics.histogram({
        name: 'marathon.turns.commands.histogram',
        help: 'Commands that a turn takes at once.',
      }),
      failed: counter('turns.failed', 'Turns that were dropped after a fault of the service.'),
    };
    this.deployments = {
      started: counter('deployments', 'Deployments that were started.'),
      dismissed: counter('deployments.dismissed', 'Deployments refused because of a lock.'),
    };
    this.tasks = {
      launched: counter('tasks.launched', 'Launches that hosts were asked for.'),
      killed: counter('tasks.killed', 'Kills that hosts were asked for, repeated ones too.'),
    };
    this.offers = {
      incoming: counter('mesos.offers.incoming', 'Offers that were looked at.'),
      declined: counter('mesos.offers.declined', 'Offers on which nothing was launched.'),
    };
    this.lateness = metrics.timer(
      timer('health-checks.lateness', 'How long after its time a check is sent.'),
    );
    this.events = counter('events', 'Events that were committed.');
    this.ofEvents = new Map([
      ['failed_health_check_event', counter('health-checks.failed', 'Failed checks that count.')],
      [
        'unhealthy_instance_kill_event',
        counter('instances.unhealthy-kills', 'Instances killed because checks failed.'),
      ],
      ['status_update_event', counter('tasks.status-updates', 'States that tasks came into.')],
    ]);
    readState(metrics, sources);
  }

  /** A turn begins to be decided; the answer says that it is. */
  turn(commands: number): () => void {
    this.turns.commands.observe(commands);
    return this.turns.duration.start();
  }

  /** A turn begins to be stored; the answer says that it is, or cannot be. */
  commit(): () => void {
    return this.turns.commit.start();
  }

  /** A check is sent, so many ms after its time. */
  probed(late: number): void {
    this.lateness.observe(late);
  }

  failed(): void {
    this.turns.failed.add();
  }

  /** After a turn has become the state. */
  settled({ events, replies, effects, context, started }: SettledTurn): void {
    this.deployments.started.add(started);
    this.deployments.dismissed.add(replies.filter((reply) => reply?.kind === 'locked').length);
    this.offers.incoming.add(context.offers.incoming);
    this.offers.declined.add(context.offers.declined);
    for (const { kind } of effects) {
      if (kind === 'launch') this.tasks.launched.add();
      else if (kind === 'kill') this.tasks.killed.add();
    }
    this.events.add(events.length);
    for (const { event } of events) this.ofEvents.get(event.type)?.add();
  }
}

/** What of a turn is counted. */
type SettledTurn = Pick<Turn, 'events' | 'effects' | 'context'> & {
  readonly replies: readonly (Reply | undefined)[];
  /** Deployments that began in it. */
  readonly started: number;
};

function timer(name: string, help: string): Named {
  return { name: `marathon.${name}.timer.seconds`, help };
}

function readState(metrics: Metrics, { state, mailboxSize, leadingFor }: MeterSources): void {
  const gauge = (name: string, help: string, read: (view: StateView) => number): void => {
    metrics.gauge({ name: `marathon.${name}.gauge`, help }, () => {
      const view = state();
      return view && read(view);
    });
  };
  const pods = ofTurn(({ root }) => [...root.apps.values()].filter(isPod).length);
  gauge('apps.active', 'Apps.', (view) => view.root.apps.size - pods(view));
  gauge('pods.active', 'Pods.', pods);
  gauge('groups.active', 'Groups below the root.', ({ root }) => root.groups.size);
  gauge('deployments.active', 'Deployments under way.', ({ deployments }) =>
    deployments.count('status', 'running'),
  );
  gauge('agents.active', 'Hosts that are known.', ({ master }) => master.state.agents.size);
  gauge('apps.set-aside', 'Apps left alone after a fault of the service.', ({ frozen }) => {
    return frozen.size;
  });
  for (const [name, help, conditions] of INSTANCES) {
    gauge(`instances.${name}`, help, ({ instances }) =>
      conditions.reduce((sum, condition) => sum + instances.tally('condition', condition), 0),
    );
  }
  metrics.gauge(
    { name: 'marathon.mailbox.size.gauge', help: 'Commands that wait for a turn.' },
    mailboxSize,
  );
  metrics.gauge(
    {
      name: 'marathon.leadership.duration.gauge.seconds',
      help: 'Seconds for which this service has been leading; 0: it does not.',
    },
    () => (leadingFor() ?? 0) / 1000,
  );
}

/** Gone through once per turn that somebody asks about, whoever asks. */
function ofTurn<T>(read: (view: StateView) => T): (view: StateView) => T {
  let known: { readonly turn: number; readonly value: T } | undefined;
  return (view) => {
    if (known?.turn !== view.turn) known = { turn: view.turn, value: read(view) };
    return known.value;
  };
}

const INSTANCES = [
  ['running', 'Instances that run.', ['Running']],
  [
    'staged',
    'Instances on their way to a host or starting.',
    ['Provisioned', 'Staging', 'Starting'],
  ],
  ['waiting', 'Instances that wait for a place.', ['Scheduled']],
  ['unreachable', 'Instances out of reach.', ['Unreachable', 'UnreachableInactive']],
] as const;
