import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { DomainError } from '../lib/errors.ts';

/** `token` signs tokens; `seal` encrypts what the database holds. */
export type KeyKind = 'token' | 'seal';

export interface Key {
  readonly kind: KeyKind;
  readonly madeAtMs: number;
  readonly bytes: Buffer;
  /** Follows from the bytes; says which key made something. */
  readonly id: string;
}

export const KEY_BYTES = 32;

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export function keyOf(kind: KeyKind, bytes: Buffer, madeAtMs: number): Key {
  const id = createHash('sha256').update(kind).update(bytes).digest('hex').slice(0, 16);
  return { kind, madeAtMs, bytes, id };
}

export function newKey(kind: KeyKind, nowMs: number): Key {
  return keyOf(kind, randomBytes(KEY_BYTES), nowMs);
}

/** The keys in use: the newest of a kind makes, all of them are good for what was made before. */
export class KeyRing {
  #keys: readonly Key[];

  constructor(keys: readonly Key[]) {
    this.#keys = keys;
  }

  get keys(): readonly Key[] {
    return this.#keys;
  }

  replace(keys: readonly Key[]): void {
    this.#keys = keys;
  }

  newest(kind: KeyKind): Key {
    const [first, ...others] = this.#keys.filter((key) => key.kind === kind);
    if (first === undefined) throw new Error(`there is no ${kind} key`);
    return others.reduce((newest, key) => (key.madeAtMs > newest.madeAtMs ? key : newest), first);
  }

  find(kind: KeyKind, id: string): Key | undefined {
    return this.#keys.find((key) => key.kind === kind && key.id === id);
  }

  /** Encrypts `text` for one purpose, which must be given again to open it. */
  seal(text: string, purpose: string): string {
    const key = this.newest('seal');
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, key.bytes, nonce).setAAD(Buffer.from(purpose));
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${key.id}.${sealed.toString('base64url')}`;
  }

  /** Throws `refused` when its key is not here (any more). */
  open(sealedText: string, purpose: string): string {
    const [id = '', text = ''] = sealedText.split('.');
    const key = this.find('seal', id);
    if (key === undefined) {
      throw new DomainError('refused', 'the key with which this was encrypted is not among the keys of this server');
    }
    const sealed = Buffer.from(text, 'base64url');
    const decipher = createDecipheriv(CIPHER, key.bytes, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(purpose)).setAuthTag(sealed.subarray(-TAG_BYTES));
    return decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  }
}
