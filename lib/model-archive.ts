import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

export interface ModelArchive {
  /** The bytes of a model.tar.gz. */
  readonly content: Buffer;
  /** Hash of what is inside. Compressors differ from machine to machine, so the bytes cannot stand for it. */
  readonly hash: string;
}

const BLOCK = 512;

/**
 * A model.tar.gz with one file, the same for the same file on every run.
 *
 * Written out here because constructs are synchronous and tar-stream is not; tar can be, but takes names, modes and
 * times from the disk and brings five packages along, for one header.
 */
export function modelArchive(name: string, model: Buffer): ModelArchive {
  const padding = Buffer.alloc((BLOCK - (model.length % BLOCK)) % BLOCK);
  // Two empty blocks end an archive.
  const tar = Buffer.concat([header(name, model.length), model, padding, Buffer.alloc(2 * BLOCK)]);
  const content = gzipSync(tar, { level: 9 });
  // RFC 1952: zlib leaves the time at 0, but names the operating system; 255 is "unknown".
  content[9] = 255;
  return { content, hash: createHash('sha256').update(tar).digest('hex') };
}

/** POSIX ustar: a plain file of root's that all may read, as of 1970. */
function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  const fields: readonly [offset: number, text: string][] = [
    [0, name],
    [100, octal(0o644, 7)],
    [108, octal(0, 7)],
    [116, octal(0, 7)],
    [124, octal(size, 11)],
    [136, octal(0, 11)],
    // The checksum counts its own field as blanks.
    [148, ' '.repeat(8)],
    [156, '0'],
    [257, 'ustar\u000000'],
  ];
  for (const [offset, text] of fields) block.write(text, offset, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)} `, 148, 'latin1');
  return block;
}
