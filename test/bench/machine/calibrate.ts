/** What {@link calibrate} gave where the figures of Mesos' C++ allocator were taken. */
export const CALIBRATION_OF_CPP_MS = 97;

/**
 * CPU milliseconds of a fixed piece of work: hashing into a map, sorting, floating point. Carries
 * figures from one machine to another (see {@link CALIBRATION_OF_CPP_MS}). Never change the work,
 * or the figures mean nothing any more.
 */
export function calibrate(): number {
  work();
  const before = process.cpuUsage();
  for (let i = 0; i < 3; i += 1) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

function work(): number {
  let hash = 2_166_136_261;
  const counts = new Map<string, number>();
  for (let i = 0; i < 200_000; i += 1) {
    hash ^= i & 255;
    hash = Math.imul(hash, 16_777_619) >>> 0;
    const key = `k${hash % 5_003}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const entries = [...counts.entries()];
  for (let round = 0; round < 20; round += 1) {
    const up = (round & 1) === 1;
    entries.sort((a, b) => (up ? a[1] - b[1] : b[1] - a[1]) || (a[0] < b[0] ? -1 : 1));
  }
  const floats = new Float64Array(100_000);
  let sum = 0;
  for (let round = 0; round < 100; round += 1) {
    for (let i = 0; i < floats.length; i += 1) {
      const next = (floats[i] ?? 0) * 0.999 + i;
      floats[i] = next;
      sum += next;
    }
  }
  return entries.length + sum;
}
