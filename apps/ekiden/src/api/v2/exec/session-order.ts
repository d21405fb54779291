import { z } from 'zod';
import type { SessionOrder } from '../../../ports/index.js';

const WORDS_MAX = 1_000;
const WORD_LENGTH_MAX = 100_000;
const CELLS_MAX = 10_000;

const side = z.int().min(1).max(CELLS_MAX);
const size = z.object({ columns: side, rows: side });
const plain = z
  .string()
  .max(WORD_LENGTH_MAX)
  .refine((word) => !word.includes('\0'), { error: 'a word holds no NUL' });
const order = z.object({
  command: z.array(plain).min(1).max(WORDS_MAX),
  terminal: size.extend({ kind: z.string().regex(/^[\w.+-]{1,64}$/) }).optional(),
});

/** What the first frame of a session asks for; `undefined` where it is nothing of the kind. */
export function parseOrder(content: Buffer): SessionOrder | undefined {
  const parsed = order.safeParse(fromJson(content));
  if (!parsed.success) return undefined;
  const { command, terminal } = parsed.data;
  return { command, ...(terminal === undefined ? {} : { terminal }) };
}

export function parseSize(content: Buffer): z.output<typeof size> | undefined {
  return size.safeParse(fromJson(content)).data;
}

function fromJson(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
