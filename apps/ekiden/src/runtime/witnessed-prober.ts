import type { ProbeTarget } from '../core/health/index.js';
import type { HealthProber, ProbeResult } from '../ports/index.js';

/** Hosts that are remembered for having answered. */
const WITNESSES_MAX = 8;

/** One silent host is most likely its own fault. */
const SILENT_HOSTS = 2;

/** Asked when others are silent. */
type NetworkTarget = Exclude<ProbeTarget, { readonly kind: 'command' }>;

/**
 * Tells tasks that do not answer from a prober that reaches nothing (rollouts.md, Health kills).
 * When several hosts in a row give no sign of life, hosts that have answered before are asked; if
 * those are silent, too, or there are none, the silence says nothing about the tasks.
 */
export class WitnessedProber implements HealthProber {
  private readonly prober: HealthProber;
  /** By host, those that answered last at the end. */
  private readonly witnesses = new Map<string, NetworkTarget>();
  private readonly silent = new Set<string>();
  private asking: Promise<boolean> | undefined;

  constructor(prober: HealthProber) {
    this.prober = prober;
  }

  async probe(target: ProbeTarget): Promise<ProbeResult> {
    const result = await this.prober.probe(target);
    if (target.kind === 'command' || result.notAsked === true) return result;
    if (result.silent !== true) {
      this.heard(target);
      return result;
    }
    if (this.silent.size < WITNESSES_MAX) this.silent.add(target.host);
    if (this.silent.size < SILENT_HOSTS) return result;
    // One round of questions serves all that are silent at the moment.
    this.asking ??= this.anybodyAnswers().finally(() => {
      this.asking = undefined;
    });
    if (await this.asking) return result;
    return { ...result, notAsked: true, cause: 'no host answers at all' };
  }

  private heard(target: NetworkTarget): void {
    this.silent.clear();
    this.witnesses.delete(target.host);
    this.witnesses.set(target.host, target);
    for (const [oldest] of this.witnesses) {
      if (this.witnesses.size <= WITNESSES_MAX) return;
      this.witnesses.delete(oldest);
    }
  }

  private async anybodyAnswers(): Promise<boolean> {
    const answers = await Promise.all(
      [...this.witnesses.values()].map((target) => this.prober.probe(target)),
    );
    const answered = answers.some(({ silent, notAsked }) => silent !== true && notAsked !== true);
    if (answered) this.silent.clear();
    return answered;
  }
}
