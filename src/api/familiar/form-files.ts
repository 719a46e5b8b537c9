import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import { DomainError } from '../../lib/errors.ts';

const LIMITS = {
  fieldNameSize: 256,
  fieldSize: 64 * 1024,
  fields: 100,
  files: 100,
  parts: 200,
  headerPairs: 20,
  headerSize: 16 * 1024,
} as const;

/** A file of a form. */
export interface FormFile {
  /** Of the field that it is in. */
  readonly field: string;
  /** As the client sent it; '' for a field in which no file was chosen. */
  readonly name: string;
  readonly mediaType: string;
  /** To be read to its end. It ends only once the form goes on behind it, so that a form that was cut off has no last file. */
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * Reads the files of a `multipart/form-data` body (RFC 7578) one after the other, as it comes; nothing of it is kept.
 * Throws `body-not-supported` for another body, `bad-request` for a malformed one or one that was cut off, `too-large`
 * for more parts than a form has, and what `onFile` throws.
 */
export async function readFormFiles(
  { headers, source }: { headers: IncomingHttpHeaders; source: AsyncIterable<Uint8Array> },
  onFile: (file: FormFile) => Promise<void>,
): Promise<void> {
  await new FormReading(headers, onFile).read(source);
}

class FormReading {
  readonly #parser: BusboyInstance;
  readonly #onFile: (file: FormFile) => Promise<void>;
  readonly #failure = new AbortController();
  readonly #streams = new Set<Readable>();
  #work: Promise<void> = Promise.resolve();
  /** Resolves when the form goes on behind what was read last, or ends as it should. */
  #progress = Promise.withResolvers<void>();

  constructor(headers: IncomingHttpHeaders, onFile: (file: FormFile) => Promise<void>) {
    this.#onFile = onFile;
    this.#parser = newParser(headers);
    this.#progress.promise.catch(() => undefined);
    const goOn = (): void => this.#goOn();
    this.#parser
      .on('file', (field: string | undefined, stream, ...[name, , mediaType]: [string | undefined, string, string]) => {
        goOn();
        this.#take(stream, { field: field ?? '', name: name ?? '', mediaType });
      })
      .on('field', goOn)
      .on('finish', goOn)
      .on('error', (error: unknown) => this.#fail(malformed('the form is malformed or was cut off', error)));
    for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const) {
      this.#parser.on(limit, () => this.#fail(new DomainError('too-large', 'this form has too many parts')));
    }
  }

  async read(source: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      const { signal } = this.#failure;
      for await (const piece of source) {
        // Pieces are used again, and the parser hands out parts of what it was given.
        await this.#write(Buffer.from(piece));
        signal.throwIfAborted();
      }
      const finished = this.#finished();
      this.#parser.end();
      await finished;
    } catch (error) {
      this.#fail(error);
    }
    await this.#work.catch(() => undefined);
    this.#failure.signal.throwIfAborted();
  }

  #take(stream: Readable, file: Omit<FormFile, 'content'>): void {
    this.#streams.add(stream);
    // Whoever reads it is told, and the parser tells of the same. One that nobody reads any more has nobody to tell.
    stream.on('error', () => undefined);
    const { promise: behind } = this.#progress;
    const store = async (): Promise<void> => {
      this.#failure.signal.throwIfAborted();
      await this.#onFile({ ...file, content: this.#contentOf(stream, behind) });
    };
    this.#work = this.#work.then(store);
    this.#work.catch((error: unknown) => this.#fail(error));
  }

  async *#contentOf(stream: Readable, behind: Promise<void>): AsyncGenerator<Uint8Array, void> {
    for await (const piece of stream) yield piece as Uint8Array;
    this.#streams.delete(stream);
    await behind;
    this.#failure.signal.throwIfAborted();
  }

  #goOn(): void {
    this.#progress.resolve();
    this.#progress = Promise.withResolvers();
    this.#progress.promise.catch(() => undefined);
  }

  /** The first failure is the one that counts; everything under way ends with it. */
  #fail(error: unknown): void {
    if (this.#failure.signal.aborted) return;
    this.#failure.abort(error);
    this.#progress.reject(error);
    for (const stream of this.#streams) stream.destroy(error instanceof Error ? error : undefined);
  }

  #write(piece: Buffer): Promise<void> {
    return this.#untilFailure((done) => this.#parser.write(piece, () => done()));
  }

  #finished(): Promise<void> {
    return this.#untilFailure((done) => this.#parser.once('finish', done));
  }

  #untilFailure(wait: (done: () => void) => void): Promise<void> {
    const { signal } = this.#failure;
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(signal.reason as Error);
      signal.addEventListener('abort', fail, { once: true });
      if (signal.aborted) fail();
      wait(() => {
        signal.removeEventListener('abort', fail);
        resolve();
      });
    });
  }
}

function newParser(headers: IncomingHttpHeaders): BusboyInstance {
  const type = headers['content-type'] ?? '';
  if (!/^multipart\/form-data\b/i.test(type)) {
    throw new DomainError('body-not-supported', 'files are to be sent as multipart/form-data, in the field "file"');
  }
  try {
    return new Busboy({ headers: headers as BusboyHeaders, limits: LIMITS, preservePath: true });
  } catch (error) {
    throw malformed('the form has no boundary', error);
  }
}

function malformed(message: string, cause: unknown): DomainError {
  return new DomainError('bad-request', message, { cause });
}
