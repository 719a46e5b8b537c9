import { createHash } from 'node:crypto';

/** What a password is filled up with (ISO 32000-1, 7.6.3.3). */
const PADDING = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex');
const MAY_DO = -4;
const ID = Buffer.alloc(16, 7);

export interface PdfLock {
  /** What the trailer says of it. */
  readonly trailer: string;
  stream(objectNumber: number, content: string): string;
}

/** Encryption of a PDF as it is in old ones, which every reader still opens: RC4 with 40 bits. */
export function pdfLock(password: string): PdfLock {
  const padded = Buffer.concat([Buffer.from(password, 'latin1'), PADDING]).subarray(0, 32);
  const owner = rc4(md5(padded).subarray(0, 5), padded);
  const mayDo = Buffer.alloc(4);
  mayDo.writeInt32LE(MAY_DO);
  const key = md5(Buffer.concat([padded, owner, mayDo, ID])).subarray(0, 5);
  const user = rc4(key, PADDING);
  const hex = (bytes: Buffer): string => `<${bytes.toString('hex')}>`;
  const encrypt = `<< /Filter /Standard /V 1 /R 2 /O ${hex(owner)} /U ${hex(user)} /P ${MAY_DO} >>`;
  return {
    trailer: `/ID [${hex(ID)} ${hex(ID)}] /Encrypt ${encrypt}`,
    stream: (objectNumber, content) => {
      const number = Buffer.from([objectNumber & 0xff, objectNumber >> 8, 0, 0, 0]);
      const ownKey = md5(Buffer.concat([key, number])).subarray(0, 10);
      return rc4(ownKey, Buffer.from(content, 'latin1')).toString('latin1');
    },
  };
}

function md5(bytes: Buffer): Buffer {
  return createHash('md5').update(bytes).digest();
}

/** Node's OpenSSL has it no more. */
function rc4(key: Buffer, bytes: Buffer): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, index) => index);
  const swap = (one: number, other: number): void => {
    [state[one], state[other]] = [state[other] ?? 0, state[one] ?? 0];
  };
  for (let i = 0, j = 0; i < 256; i += 1) {
    j = (j + (state[i] ?? 0) + (key[i % key.length] ?? 0)) & 255;
    swap(i, j);
  }
  let [i, j] = [0, 0];
  return Buffer.from(bytes).map((byte) => {
    i = (i + 1) & 255;
    j = (j + (state[i] ?? 0)) & 255;
    swap(i, j);
    return byte ^ (state[((state[i] ?? 0) + (state[j] ?? 0)) & 255] ?? 0);
  }) as Buffer;
}
