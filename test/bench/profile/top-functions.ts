import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What V8 writes: a tree of frames, and which one was met at each look. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
  }[];
  readonly samples: readonly number[];
  /** Microseconds since the look before. */
  readonly timeDeltas: readonly number[];
}

export interface FunctionCost {
  readonly name: string;
  /** From `dist/` or `node_modules/` on; empty for the engine's own. */
  readonly place: string;
  readonly selfMs: number;
  /** Of all time that was not idle. */
  readonly share: number;
}

/** Not the program's doing; the last is the profiler itself. */
const IDLE = ['(idle)', '(program)', 'dispatch'];

/** The functions in which the most time was spent themselves, costliest first. */
export function topFunctions(profile: CpuProfile, count: number): readonly FunctionCost[] {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const costs = new Map<string, { name: string; place: string; micros: number }>();
  let busy = 0;
  profile.samples.forEach((id, index) => {
    const frame = frames.get(id);
    if (frame === undefined || IDLE.includes(frame.functionName)) return;
    const micros = profile.timeDeltas[index] ?? 0;
    const name = frame.functionName === '' ? '(anonymous)' : frame.functionName;
    const place = placeOf(frame.url, frame.lineNumber);
    const key = `${name} ${place}`;
    const cost = costs.get(key) ?? { name, place, micros: 0 };
    costs.set(key, cost);
    cost.micros += micros;
    busy += micros;
  });
  return [...costs.values()]
    .sort((a, b) => b.micros - a.micros)
    .slice(0, count)
    .map(({ name, place, micros }) => {
      return { name, place, selfMs: micros / 1_000, share: busy === 0 ? 0 : micros / busy };
    });
}

/** The same of every profile in a folder, as lines to print. */
export function describeProfiles(folder: string, count: number): readonly string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.cpuprofile'));
  return files.flatMap((file) => {
    const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile;
    const lines = topFunctions(profile, count).map(({ name, place, selfMs, share }) => {
      const percent = `${(share * 100).toFixed(1)} %`.padStart(7);
      return `${percent} ${selfMs.toFixed(0).padStart(7)} ms  ${name}  ${place}`;
    });
    return [join(folder, file), ...lines];
  });
}

function placeOf(url: string, line: number): string {
  if (url === '' || url.startsWith('node:')) return url;
  const at = url.search(/\/(?:dist|node_modules)\//);
  return `${at < 0 ? url : url.slice(at + 1)}:${line + 1}`;
}
