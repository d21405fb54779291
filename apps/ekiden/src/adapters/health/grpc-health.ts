/*
 * The two messages of `grpc.health.v1.Health/Check` and their frames, by hand: there is one field
 * in each (grpc/grpc doc/health-checking.md, PROTOCOL-HTTP2.md; protobuf's wire format).
 */

export const CHECK_PATH = '/grpc.health.v1.Health/Check';

/** HealthCheckResponse.ServingStatus. */
const STATUS_NAMES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'] as const;

export type ServingStatus = (typeof STATUS_NAMES)[number];

/** Field 1 as a text (wire type 2), and as a number (wire type 0). */
const TEXT_TAG = 0x0a;
const NUMBER_TAG = 0x08;

/** One byte says whether it is compressed, four how long the message is. */
const PREFIX = 5;

/** A request for one service; '' = for the server. Its name takes at most 255 characters. */
export function checkRequest(service: string): Buffer {
  const name = Buffer.from(service, 'utf8');
  const field = name.length === 0 ? [] : [TEXT_TAG, ...varint(name.length)];
  const message = Buffer.concat([Buffer.from(field), name]);
  const prefix = Buffer.alloc(PREFIX);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** `undefined`: these bytes are no answer to such a request. */
export function servingStatusOf(frame: Buffer): ServingStatus | undefined {
  if (frame.length < PREFIX || frame[0] !== 0) return undefined;
  const message = frame.subarray(PREFIX, PREFIX + frame.readUInt32BE(1));
  // A field with its default value is left out.
  if (message.length === 0) return STATUS_NAMES[0];
  const [tag, value = -1] = message;
  return tag === NUMBER_TAG ? STATUS_NAMES[value] : undefined;
}

function varint(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}
