import { expect } from 'chai';
import { effectiveSettings, masked } from './effective-settings.js';
import { readSettings } from './read-settings.js';
import { SETTINGS } from './setting-table.js';

function effective(args: readonly string[], env: Record<string, string> = {}) {
  const outcome = readSettings({ args, env, workingDirectory: '/work', machineName: 'node1' });
  if (outcome.kind !== 'settings') throw new Error(JSON.stringify(outcome));
  return effectiveSettings(outcome.settings, outcome.written);
}

describe('settings in force', () => {
  it('are all there, under the names of their variables', () => {
    const shown = effective([]);
    expect(Object.keys(shown)).to.deep.equal(Object.values(SETTINGS).map(({ env }) => env));
    expect(shown).to.include({
      EKIDEN_HTTP_PORT: 8_080,
      EKIDEN_HOSTNAME: 'node1',
      EKIDEN_ROUTER: 'embedded',
      EKIDEN_FEATURES: '',
      EKIDEN_RECORD_FILE: null,
      DATABASE_URL: null,
    });
  });

  it('are as they were written where they are more than a word', () => {
    const shown = effective(['--agent-resources', 'cpus:2;mem:512'], {
      MARATHON_ENABLE_FEATURES: 'secrets,gpu_resources',
      EKIDEN_DOCKER_HOSTS: 'tcp://10.0.0.5:2376?cert=/etc/tls',
    });
    expect(shown).to.include({
      EKIDEN_AGENT_RESOURCES: 'cpus:2;mem:512',
      EKIDEN_FEATURES: 'secrets,gpu_resources',
      EKIDEN_DOCKER_HOSTS: 'tcp://10.0.0.5:2376?cert=/etc/tls',
    });
  });

  it('never show a password', () => {
    const url = 'postgres://ekiden:hunter2@db:5432/state?sslmode=verify&password=hunter3';
    const shown = JSON.stringify(effective([], { DATABASE_URL: url }));
    expect(shown).to.include('postgres://xxxxxxxx:xxxxxxxx@db:5432/state');
    expect(shown).to.not.include('hunter');
    expect(masked('user:hunter2')).to.equal('xxxxxxxx');
    expect(masked('postgres://db/state')).to.equal('postgres://db/state');
  });
});
