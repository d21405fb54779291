import {
  Refusal,
  type Client,
  type Deployment,
  type DeploymentDetails,
  type Group,
} from '../client/index.js';
import { lookAtApp, lookAtPod, type Known } from './look-at-member.js';
import { afterOf, isWithin, placesOf, targetOf, type Place } from './places.js';
import { countsOfTwin, rolloutViews } from './rollouts.js';
import type { Member, View, Wait } from './view.js';

/** Apps and pods drawn at most, and asked for at each look; more would be a burden and no help. */
const DRAWN_MAX = 60;
const ASKED_MAX = 20;

/** Looks at one deployment again and again, and asks no more than what may have changed. */
export class Onlooker {
  private readonly client: Client;
  private readonly id: string;
  private readonly known = new Map<string, Known>();
  /** What whole groups come after, for all that is in them. */
  private inherited: readonly (readonly [group: string, dependencies: readonly string[]])[] = [];
  private begun = false;

  constructor(client: Client, id: string) {
    this.client = client;
    this.id = id;
  }

  /** `undefined` when there is no such deployment (any more). */
  async look(): Promise<
    { readonly deployment: DeploymentDetails; readonly view: View } | undefined
  > {
    const found = await deploymentOf(this.client, this.id);
    if (found === undefined) return undefined;
    const { deployment, now } = found;
    const all = placesOf(deployment);
    const drawn = all.slice(0, DRAWN_MAX);
    if (!this.begun) {
      this.inherited = await dependenciesOfGroups(this.client);
      this.begun = true;
    }
    const asked = drawn.filter(({ id, stage, wasNow }) => {
      return stage === 'now' || wasNow || !this.known.has(id);
    });
    await Promise.all(asked.slice(0, ASKED_MAX).map((place) => this.ask(place)));
    const members = drawn.map((place) => this.memberOf(place, drawn, deployment));
    return {
      deployment,
      view: viewOf(deployment, members, { now, others: all.length - drawn.length }),
    };
  }

  private async ask({ id, isPod, stage }: Place): Promise<void> {
    const found = await (isPod ? lookAtPod(this.client, id) : lookAtApp(this.client, id, stage));
    if (found === undefined) this.known.delete(id);
    else this.known.set(id, found);
  }

  private memberOf(place: Place, all: readonly Place[], details: DeploymentDetails): Member {
    const { id, verb, stage } = place;
    const known = this.known.get(id);
    const counts = countsOfTwin(details, id) ?? known?.counts;
    const waits = stage === 'now' ? waitsOf(details, id) : [];
    const reasons = stage === 'now' ? (known?.reasons ?? []) : [];
    return {
      id,
      verb,
      stage,
      after: afterOf(id, [...(known?.dependencies ?? []), ...this.inheritedBy(id)], all),
      ...(counts === undefined ? {} : { counts }),
      waits: [...waits, ...reasons.map((message) => ({ message }))],
    };
  }

  private inheritedBy(id: string): readonly string[] {
    return this.inherited.flatMap(([group, dependencies]) =>
      isWithin(id, group) ? dependencies : [],
    );
  }
}

/** The service's own answer, also of one that has ended; Marathon lists what is under way. */
async function deploymentOf(
  client: Client,
  id: string,
): Promise<{ readonly deployment: DeploymentDetails; readonly now?: number } | undefined> {
  try {
    const { body, at } = await client.ask({ method: 'GET', path: `/v2/deployments/${id}` });
    return { deployment: body as DeploymentDetails, ...(at === undefined ? {} : { now: at }) };
  } catch (error) {
    if (!(error instanceof Refusal) || ![404, 405].includes(error.status)) throw error;
  }
  const all = await client.get<readonly Deployment[]>('/v2/deployments');
  const deployment = all.find((one) => one.id === id);
  return deployment === undefined ? undefined : { deployment };
}

function viewOf(
  one: DeploymentDetails,
  members: readonly Member[],
  { now, others }: { readonly now: number | undefined; readonly others: number },
): View {
  return {
    id: one.id,
    ...(one.state !== undefined && { state: one.state }),
    step: one.currentStep,
    steps: one.totalSteps,
    ...(now !== undefined && { now }),
    members,
    others,
    rollouts: rolloutViews(one),
    waits: waitsOf(one, undefined),
    ...(one.stallsAt !== undefined && { stallsAt: Date.parse(one.stallsAt) }),
    ...(one.reason !== undefined && { reason: one.reason }),
  };
}

/** Sentences begin with the id of what they are about, which the tree shows already. */
function waitsOf({ waitingOn = [] }: DeploymentDetails, id: string | undefined): readonly Wait[] {
  return waitingOn
    .filter((wait) => wait.id === id && !SAID_BETTER.has(wait.kind))
    .map(({ message, until }) => ({
      message:
        id !== undefined && message.startsWith(`${id}: `) ? message.slice(id.length + 2) : message,
      ...(until !== undefined && { until: Date.parse(until) }),
    }));
}

/** `why` tells what exactly is missing. */
const SAID_BETTER: ReadonlySet<string> = new Set(['offers']);

async function dependenciesOfGroups(
  client: Client,
): Promise<readonly (readonly [string, readonly string[]])[]> {
  const root = await client.find<Group>('/v2/groups', { embed: 'group.groups' });
  const found: (readonly [string, readonly string[]])[] = [];
  const walk = ({ id, dependencies = [], groups = [] }: Partial<Group>): void => {
    if (id !== undefined && dependencies.length > 0) found.push([id, dependencies.map(targetOf)]);
    groups.forEach(walk);
  };
  if (root !== undefined) walk(root);
  return found;
}
