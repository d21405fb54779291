import { seconds, type Clock, type Millis } from '@ekiden/kernel';
import type { Timers } from '@ekiden/host';
import type { AppDefinition, PathId } from '../core/app/index.js';
import type { RootSnapshot } from '../core/group/index.js';
import type { ApiCommand, Look, Reply, StateView } from '../core/turn/index.js';
import {
  noTasks,
  type EventSource,
  type LeadershipView,
  type ServiceDoor,
  type TaskAccess,
} from '../ports/index.js';
import type { Settings } from '../settings/index.js';

interface LateDoorOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly limits: Pick<Settings, 'mailboxCapacity' | 'requestTimeoutSeconds'>;
}

const STARTING = 'the service is starting';
const NO_TASKS = noTasks({ kind: 'unavailable', message: STARTING });
const RETRY_AFTER_SECONDS = 2;

/**
 * The door of a service that is still being loaded. Until it is opened it says what the service
 * says before it leads; commands wait for the service, as many and as long as they would inside.
 */
export class LateDoor implements ServiceDoor {
  readonly events: EventSource;
  private readonly options: LateDoorOptions;
  private readonly since: Millis;
  private readonly opened: Promise<ServiceDoor>;
  private announce: (service: ServiceDoor) => void = () => undefined;
  private service: ServiceDoor | undefined;
  private waiting = 0;

  constructor(options: LateDoorOptions) {
    this.options = options;
    this.since = options.clock.now();
    this.opened = new Promise((resolve) => {
      this.announce = resolve;
    });
    this.events = lateEvents(this.opened, () => this.service?.events);
  }

  /** From now on everything is the service's business. */
  open(service: ServiceDoor): void {
    this.service = service;
    this.announce(service);
  }

  closedPorts(): ReturnType<ServiceDoor['closedPorts']> {
    return this.service?.closedPorts() ?? [];
  }

  async submit(command: ApiCommand): Promise<Reply> {
    if (this.service !== undefined) return this.service.submit(command);
    const { mailboxCapacity: capacity } = this.options.limits;
    if (this.waiting >= capacity) {
      return unavailable(`The service is overloaded: ${capacity} requests are waiting. Try again.`);
    }
    this.waiting += 1;
    const service = await this.openedInTime();
    this.waiting -= 1;
    if (service !== undefined) return service.submit(command);
    return unavailable(
      `The request could not be completed in time: ${STARTING}. Nothing was changed.`,
    );
  }

  state(): StateView | undefined {
    return this.service?.state();
  }

  async look<T>(read: (look: Look) => T): Promise<T | undefined> {
    return this.service?.look(read);
  }

  get tasks(): TaskAccess {
    return this.service?.tasks ?? NO_TASKS;
  }

  leadership(): LeadershipView {
    if (this.service !== undefined) return this.service.leadership();
    const waitingFor = { reason: STARTING, since: this.since };
    return { elected: false, epoch: 0, leader: undefined, standby: false, waitingFor };
  }

  abdicate(): boolean {
    return this.service?.abdicate() ?? false;
  }

  now(): Millis {
    return this.options.clock.now();
  }

  async appVersion(id: PathId, version: Millis): Promise<AppDefinition | undefined> {
    return this.loaded().appVersion(id, version);
  }

  async appVersions(id: PathId): Promise<readonly Millis[]> {
    return this.loaded().appVersions(id);
  }

  async rootVersionsOf(group: PathId): Promise<readonly Millis[]> {
    return this.loaded().rootVersionsOf(group);
  }

  async rootAt(group: PathId, version: Millis): Promise<RootSnapshot | undefined> {
    return this.loaded().rootAt(group, version);
  }

  private loaded(): ServiceDoor {
    if (this.service === undefined) throw new Error('the service is not loaded yet');
    return this.service;
  }

  private openedInTime(): Promise<ServiceDoor | undefined> {
    const { timers, limits } = this.options;
    return new Promise((resolve) => {
      const cancel = timers.after(seconds(limits.requestTimeoutSeconds), () => {
        resolve(undefined);
      });
      void this.opened.then((service) => {
        cancel();
        resolve(service);
      });
    });
  }
}

/** The events of a service that is not there yet: none, and whoever listens hears of it then. */
function lateEvents(
  opened: Promise<ServiceDoor>,
  source: () => EventSource | undefined,
): EventSource {
  return {
    lastNumber: () => source()?.lastNumber(),
    read: async (after, limit) => (await source()?.read(after, limit)) ?? [],
    subscribe: (listener) => {
      let over = false;
      let end = (): void => undefined;
      void opened.then(({ events }) => {
        if (!over) end = events.subscribe(listener);
      });
      return () => {
        over = true;
        end();
      };
    },
  };
}

function unavailable(message: string): Reply {
  return { kind: 'unavailable', message, retryAfterSeconds: RETRY_AFTER_SECONDS };
}
