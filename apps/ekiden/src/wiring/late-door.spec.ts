import { ManualClock, millis, seconds } from '@ekiden/kernel';
import { VirtualScheduler, chanceFor } from '@ekiden/testkit';
import { expect } from 'chai';
import { DEPLOYED, FakeService } from '../api/fake-service.spec.js';
import { ROOT_ID } from '../core/app/index.js';
import type { ApiCommand } from '../core/turn/index.js';
import type { EventNews } from '../ports/index.js';
import { LateDoor } from './late-door.js';

const COMMAND: ApiCommand = { kind: 'resetDelay', app: ROOT_ID };

describe('the door of a service that is being loaded', () => {
  let clock: ManualClock;
  let timers: VirtualScheduler;
  let door: LateDoor;
  let service: FakeService;

  beforeEach(() => {
    clock = new ManualClock(millis(1_000));
    timers = new VirtualScheduler(clock, chanceFor(1, 'timers'));
    const limits = { mailboxCapacity: 2, requestTimeoutSeconds: 20 };
    door = new LateDoor({ clock, timers, limits });
    service = new FakeService();
  });

  it('says that the service is starting, and has no state', () => {
    clock.advance(seconds(1));
    expect(door.leadership()).to.deep.equal({
      elected: false,
      epoch: 0,
      leader: undefined,
      standby: false,
      waitingFor: { reason: 'the service is starting', since: 1_000 },
    });
    expect(door.state()).to.equal(undefined);
    expect(door.events.lastNumber()).to.equal(undefined);
  });

  it('knows no stored versions, like a service without a database', async () => {
    const asked = door.appVersions(ROOT_ID).catch((error: unknown) => String(error));
    expect(await asked).to.equal('Error: the service is not loaded yet');
    door.open(service);
    expect(await door.appVersions(ROOT_ID)).to.deep.equal([]);
  });

  it('says what the service says once it is open', () => {
    door.open(service);
    expect(door.leadership()).to.equal(service.leadership());
    expect(door.state()?.turn).to.equal(service.turn);
    expect(door.events.lastNumber()).to.equal(0);
  });

  it('keeps commands for the service, and passes later ones on', async () => {
    const early = door.submit(COMMAND);
    expect(service.commands).to.deep.equal([]);
    door.open(service);
    expect(await early).to.equal(DEPLOYED);
    expect(await door.submit(COMMAND)).to.equal(DEPLOYED);
    expect(service.commands).to.deep.equal([COMMAND, COMMAND]);
  });

  it('keeps no more commands than the service would', async () => {
    void door.submit(COMMAND);
    void door.submit(COMMAND);
    expect(await door.submit(COMMAND)).to.deep.equal({
      kind: 'unavailable',
      message: 'The service is overloaded: 2 requests are waiting. Try again.',
      retryAfterSeconds: 2,
    });
  });

  it('keeps no command longer than its caller waits', async () => {
    const early = door.submit(COMMAND);
    clock.advance(seconds(20));
    timers.runDue();
    expect(await early).to.deep.equal({
      kind: 'unavailable',
      message:
        'The request could not be completed in time: the service is starting. Nothing was changed.',
      retryAfterSeconds: 2,
    });
    door.open(service);
    expect(service.commands).to.deep.equal([]);
  });

  it('lets early listeners hear of the events of the service, until they leave', async () => {
    const listeners = new Set<(news: EventNews) => void>();
    service.events = {
      ...service.events,
      subscribe: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    };
    const heard: string[] = [];
    const leave = door.events.subscribe((news) => heard.push(`first ${news}`));
    door.events.subscribe((news) => heard.push(`second ${news}`))();
    door.open(service);
    await door.submit(COMMAND);
    for (const listener of listeners) listener('recovered');
    leave();
    for (const listener of listeners) listener('committed');
    expect(heard).to.deep.equal(['first recovered']);
  });
});
