import { expect } from 'chai';
import { seconds } from '@ekiden/kernel';
import type { ProbeTarget } from '../core/health/index.js';
import type { HealthProber, ProbeResult } from '../ports/index.js';
import { WitnessedProber } from './witnessed-prober.js';

const SILENT: ProbeResult = { ok: false, cause: 'no answer within 2 s', silent: true };
const REFUSED: ProbeResult = { ok: false, cause: 'connect ECONNREFUSED' };

function target(host: string): ProbeTarget {
  return { kind: 'tcp', host, port: 80, ipProtocol: 'IPv4', timeout: seconds(2) };
}

/** Hosts that answer what they are told to, or nothing. */
class Network implements HealthProber {
  readonly answers = new Map<string, ProbeResult>();
  asked = 0;

  probe(asked: ProbeTarget): Promise<ProbeResult> {
    this.asked += 1;
    const host = asked.kind === 'command' ? '' : asked.host;
    return Promise.resolve(this.answers.get(host) ?? SILENT);
  }
}

describe('a prober with witnesses', () => {
  let network: Network;
  let prober: WitnessedProber;

  beforeEach(() => {
    network = new Network();
    prober = new WitnessedProber(network);
  });

  it('lets silence count while one host alone is silent', async () => {
    expect(await prober.probe(target('a'))).to.deep.equal(SILENT);
    expect(await prober.probe(target('a'))).to.deep.equal(SILENT);
    expect(network.asked).to.equal(2);
  });

  it('HLT-17: lets nothing count while no host answers, with those that answered before asked again', async () => {
    network.answers.set('w', { ok: true });
    await prober.probe(target('w'));
    network.answers.delete('w');
    await prober.probe(target('a'));
    const deaf = await prober.probe(target('b'));
    expect(deaf).to.deep.include({ notAsked: true, cause: 'no host answers at all' });
    expect((await prober.probe(target('w'))).notAsked).to.equal(true);
  });

  it('lets silence count when somebody else answers, be it a refusal', async () => {
    network.answers.set('w', REFUSED);
    expect(await prober.probe(target('w'))).to.deep.equal(REFUSED);
    await prober.probe(target('a'));
    const before = network.asked;
    expect(await prober.probe(target('b'))).to.deep.equal(SILENT);
    expect(network.asked - before).to.equal(2);
    // Known to work: nobody needs to be asked for the next one.
    expect(await prober.probe(target('a'))).to.deep.equal(SILENT);
    expect(network.asked - before).to.equal(3);
  });

  it('asks the witnesses once for many that are silent together', async () => {
    network.answers.set('w', { ok: true });
    await prober.probe(target('w'));
    network.answers.delete('w');
    const hosts = Array.from({ length: 50 }, (_, n) => `h${n}`);
    const before = network.asked;
    const results = await Promise.all(hosts.map((host) => prober.probe(target(host))));
    expect(results.filter(({ notAsked }) => notAsked === true)).to.have.length(49);
    expect(network.asked - before).to.be.at.most(53);
  });

  it('leaves commands and what could not be asked alone', async () => {
    const command = {
      kind: 'command',
      agentId: 'a',
      taskId: 't',
      value: 'true',
      timeout: seconds(1),
    } as unknown as ProbeTarget;
    expect(await prober.probe(command)).to.deep.equal(SILENT);
    const ours = { ok: false, notAsked: true } as const;
    network.answers.set('x', ours);
    expect(await prober.probe(target('x'))).to.deep.equal(ours);
    expect(network.asked).to.equal(2);
  });
});
