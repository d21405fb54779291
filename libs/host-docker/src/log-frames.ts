/** Both outputs of a container. */
export interface TaskOutput {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

const HEADER_LENGTH = 8;
const STDERR = 2;

/**
 * Takes apart what an engine sends for a container without a terminal: frames of a header (stream
 * number, three zero bytes, length as a big-endian 32-bit number) and their content. A frame that is
 * cut off counts as far as it goes. What does not begin with a header comes from a terminal, has no
 * frames, and is all standard output; older engines do not say which of both it is.
 */
export function splitFrames(framed: Buffer): TaskOutput {
  if (!beginsFrame(framed)) return { stdout: framed, stderr: Buffer.alloc(0) };
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let at = 0;
  while (at + HEADER_LENGTH <= framed.length) {
    const length = framed.readUInt32BE(at + 4);
    const content = framed.subarray(at + HEADER_LENGTH, at + HEADER_LENGTH + length);
    (framed[at] === STDERR ? stderr : stdout).push(content);
    at += HEADER_LENGTH + length;
  }
  return { stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) };
}

/** A header that is cut off still begins one. */
function beginsFrame(bytes: Buffer): boolean {
  return (bytes[0] ?? 0) <= STDERR && bytes.subarray(1, 4).every((byte) => byte === 0);
}
