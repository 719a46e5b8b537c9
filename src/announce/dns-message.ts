/** Record types (RFC 1035 §3.2.2, RFC 2782, RFC 3596, RFC 4034). */
export const TYPE = { a: 1, ptr: 12, txt: 16, aaaa: 28, srv: 33, nsec: 47, any: 255 } as const;

const CLASS_IN = 1;
const CLASS_ANY = 255;
/** Of a question: answer me alone. Of a record: it replaces what is cached (RFC 6762 §5.4, §10.2). */
const TOP_BIT = 0x8000;
const RESPONSE_FLAGS = 0x8400;
const HEADER_BYTES = 12;
const MAX_NAME_BYTES = 255;
/** As many as a name can have labels; of pointers to pointers there could be thousands. */
const MAX_POINTERS = 127;
/** More than any honest message holds; each costs time to look at. */
const MAX_ENTRIES = 500;

/** Labels, without the empty one at the end; a label may hold dots. */
export type DomainName = readonly string[];

export interface Question {
  readonly name: DomainName;
  readonly type: number;
  readonly wantsUnicast: boolean;
}

export interface DnsRecord {
  readonly name: DomainName;
  readonly type: number;
  readonly ttlSeconds: number;
  /** Nobody else has records of this name and type. */
  readonly isUnique: boolean;
  /** Names in it are never compressed here. */
  readonly data: Buffer;
}

export interface DnsMessage {
  readonly id: number;
  readonly isResponse: boolean;
  readonly questions: readonly Question[];
  readonly answers: readonly DnsRecord[];
  readonly authorities: readonly DnsRecord[];
  readonly additionals: readonly DnsRecord[];
}

/** Names are compared without regard to the case of ASCII letters (RFC 6762 §16). */
export function nameKey(name: DomainName): string {
  return name.map((label) => label.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())).join('\0');
}

export function encodeName(name: DomainName): Buffer {
  const labels = name.map((label) => Buffer.from(label));
  return Buffer.concat([...labels.flatMap((label) => [Buffer.of(label.length), label]), Buffer.of(0)]);
}

export function encodeMessage(message: Partial<DnsMessage>): Buffer {
  const { id = 0, isResponse = false, questions = [], answers = [], authorities = [], additionals = [] } = message;
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(isResponse ? RESPONSE_FLAGS : 0, 2);
  const sections = [questions, answers, authorities, additionals];
  for (const [index, section] of sections.entries()) header.writeUInt16BE(section.length, 4 + 2 * index);
  return Buffer.concat([
    header,
    ...questions.flatMap(encodeQuestion),
    ...[...answers, ...authorities, ...additionals].flatMap(encodeRecord),
  ]);
}

function encodeQuestion({ name, type, wantsUnicast }: Question): Buffer[] {
  return [encodeName(name), uint16(type), uint16(CLASS_IN | (wantsUnicast ? TOP_BIT : 0))];
}

function encodeRecord({ name, type, ttlSeconds, isUnique, data }: DnsRecord): Buffer[] {
  const ttl = Buffer.alloc(4);
  ttl.writeUInt32BE(ttlSeconds);
  return [encodeName(name), uint16(type), uint16(CLASS_IN | (isUnique ? TOP_BIT : 0)), ttl, uint16(data.length), data];
}

export function uint16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff);
}

/** Undefined for what is no message of ours to understand: damaged, too long, or not of the standard kind. */
export function decodeMessage(bytes: Buffer): DnsMessage | undefined {
  try {
    return new MessageReader(bytes).read();
  } catch (error) {
    // Reading past the end.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

class MessageReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  read(): DnsMessage | undefined {
    const id = this.#uint16();
    const flags = this.#uint16();
    const counts = [this.#uint16(), this.#uint16(), this.#uint16(), this.#uint16()] as const;
    // RFC 6762 §18.3, §18.11: other operations and failures are silently ignored.
    const isStandard = (flags & 0x780f) === 0;
    if (!isStandard || counts.reduce((sum, count) => sum + count) > MAX_ENTRIES) return undefined;
    return {
      id,
      isResponse: (flags & 0x8000) !== 0,
      questions: this.#list(counts[0], () => this.#question()),
      answers: this.#list(counts[1], () => this.#record()),
      authorities: this.#list(counts[2], () => this.#record()),
      additionals: this.#list(counts[3], () => this.#record()),
    };
  }

  /** Entries of other classes are left out. */
  #list<T>(count: number, readOne: () => T | undefined): T[] {
    return Array.from({ length: count }, readOne).filter((entry) => entry !== undefined);
  }

  #question(): Question | undefined {
    const name = this.#name();
    const type = this.#uint16();
    const classBits = this.#uint16();
    const kind = classBits & ~TOP_BIT;
    if (kind !== CLASS_IN && kind !== CLASS_ANY) return undefined;
    return { name, type, wantsUnicast: (classBits & TOP_BIT) !== 0 };
  }

  #record(): DnsRecord | undefined {
    const name = this.#name();
    const type = this.#uint16();
    const classBits = this.#uint16();
    const ttlSeconds = this.#bytes.readUInt32BE(this.#advance(4));
    const end = this.#uint16() + this.#at;
    if (end > this.#bytes.length) throw new RangeError('a record ends after the message');
    const data = this.#data(type, end);
    this.#at = end;
    if ((classBits & ~TOP_BIT) !== CLASS_IN) return undefined;
    return { name, type, ttlSeconds, isUnique: (classBits & TOP_BIT) !== 0, data };
  }

  /** With the names in it written out, so that equal data have equal bytes. */
  #data(type: number, end: number): Buffer {
    if (type === TYPE.ptr) return encodeName(this.#name());
    if (type !== TYPE.srv) return this.#bytes.subarray(this.#at, end);
    const start = this.#advance(6);
    return Buffer.concat([this.#bytes.subarray(start, start + 6), encodeName(this.#name())]);
  }

  /** RFC 1035 §4.1.4. Pointers lead backwards only, so that they come to an end. */
  #name(): string[] {
    const labels: string[] = [];
    let at = this.#at;
    let lowest = at;
    let sizeBytes = 0;
    let pointers = 0;
    for (;;) {
      const length = this.#bytes.readUInt8(at);
      if (length >= 0xc0) {
        const target = this.#bytes.readUInt16BE(at) & 0x3fff;
        if (target >= lowest || pointers === MAX_POINTERS) throw new RangeError('a pointer that leads nowhere');
        if (pointers === 0) this.#at = at + 2;
        pointers++;
        lowest = target;
        at = target;
        continue;
      }
      const next = at + 1 + length;
      sizeBytes += 1 + length;
      if (length > 63 || sizeBytes > MAX_NAME_BYTES || next > this.#bytes.length) throw new RangeError('a bad name');
      if (pointers === 0) this.#at = next;
      if (length === 0) return labels;
      labels.push(this.#bytes.toString('utf8', at + 1, next));
      at = next;
    }
  }

  #uint16(): number {
    return this.#bytes.readUInt16BE(this.#advance(2));
  }

  #advance(count: number): number {
    const start = this.#at;
    this.#at += count;
    return start;
  }
}
