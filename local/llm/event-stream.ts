import { crc32 } from 'node:zlib';

const STRING = 7;

function header(name: string, value: string): Buffer {
  const bytes = Buffer.alloc(4 + name.length + value.length);
  bytes.writeUInt8(name.length, 0);
  bytes.write(name, 1);
  bytes.writeUInt8(STRING, 1 + name.length);
  bytes.writeUInt16BE(value.length, 2 + name.length);
  bytes.write(value, 4 + name.length);
  return bytes;
}

const HEADERS = Buffer.concat([
  header(':message-type', 'event'),
  header(':event-type', 'PayloadPart'),
  header(':content-type', 'application/octet-stream'),
]);

/** A part of an answer as a message of `application/vnd.amazon.eventstream`: lengths, headers, bytes and checksums. */
export function payloadPart(bytes: Buffer): Buffer {
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(16 + HEADERS.length + bytes.length, 0);
  prelude.writeUInt32BE(HEADERS.length, 4);
  const message = Buffer.concat([prelude, checksum(prelude), HEADERS, bytes]);
  return Buffer.concat([message, checksum(message)]);
}

function checksum(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum;
}

/** Every third part or so ends where a buffer was full. */
const SPLIT = 0.3;

/**
 * Bytes as they come out of a container: the parts join to what was written, and here and there one ends amid a line or a
 * letter, whose rest comes with the next. `end` holds nothing back.
 */
export function splitter(random: () => number): { write(text: string): Buffer; end(text: string): Buffer } {
  let held = Buffer.alloc(0);
  return {
    write(text) {
      const bytes = Buffer.concat([held, Buffer.from(text)]);
      const end = random() < SPLIT ? 1 + Math.floor(random() * (bytes.length - 1)) : bytes.length;
      held = bytes.subarray(end);
      return bytes.subarray(0, end);
    },
    end: (text) => Buffer.concat([held, Buffer.from(text)]),
  };
}
