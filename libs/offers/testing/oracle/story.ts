import type { AllocatorEvent, Holding, Quota } from '../../src/allocator/index.js';
import { formatQuantities, type Resources } from '../../src/resources/index.js';
import { bagText } from './bag.js';

/** An event in one short line, for people who have to find out why two allocators are apart. */
export function eventText(event: AllocatorEvent): string {
  const { kind, ...said } = event;
  return `${kind} ${Object.entries(said).map(fieldText).join(' ')}`.trim();
}

function fieldText([name, value]: readonly [string, unknown]): string {
  switch (name) {
    case 'frameworkId':
    case 'agentId':
    case 'role':
      return String(value);
    case 'resources':
      return `(${bagText(value as Resources)})`;
    case 'agent': {
      const { total, ...facts } = value as { readonly total: Resources };
      return `${JSON.stringify(facts)} (${bagText(total)})`;
    }
    case 'used':
      return (value as readonly Omit<Holding, 'agentId'>[])
        .map((each) => `used ${each.frameworkId}@${each.role} (${bagText(each.resources)})`)
        .join(' ');
    case 'quota': {
      const { guarantees, limits } = value as Quota;
      return `guarantees ${formatQuantities(guarantees)} limits ${limitsText(limits)}`;
    }
    case 'conversions':
      return (value as readonly { consumed: Resources; converted: Resources }[])
        .map((each) => `(${bagText(each.consumed)}) to (${bagText(each.converted)})`)
        .join(' ');
    default:
      return `${name}=${JSON.stringify(value)}`;
  }
}

function limitsText(limits: Quota['limits']): string {
  return limits.map(({ name, milli }) => `${name}:${milli / 1000}`).join(';');
}
