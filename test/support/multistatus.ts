import { SaxesParser, type SaxesTagNS } from 'saxes';

/** One `response` of a multistatus. */
export interface DavEntry {
  readonly href: string;
  /** The status of the response itself, where it has one in place of properties. */
  readonly status: number | undefined;
  /** Text of the properties that were found (200), by `namespace name`. */
  readonly properties: ReadonlyMap<string, string>;
  readonly isCollection: boolean;
}

interface Draft {
  href: string;
  status: number | undefined;
  properties: Map<string, string>;
  propstat: Map<string, string>;
  isCollection: boolean;
}

/** Reads a multistatus body; throws on XML that is not well-formed or not a multistatus. */
export function parseMultistatus(xml: string): DavEntry[] {
  const reader = new MultistatusReader();
  reader.read(xml);
  return reader.entries;
}

class MultistatusReader {
  readonly entries: DavEntry[] = [];
  #path: string[] = [];
  #text = '';
  #draft: Draft | undefined;

  read(xml: string): void {
    const parser = new SaxesParser({ xmlns: true });
    parser.on('error', (error) => {
      throw error;
    });
    parser.on('opentag', (tag) => this.#open(tag));
    parser.on('text', (text) => (this.#text += text));
    parser.on('closetag', (tag) => this.#close(tag));
    parser.write(xml).close();
  }

  #open({ uri, local }: SaxesTagNS): void {
    const name = nameOf(uri, local);
    if (this.#path.length === 0 && name !== 'DAV: multistatus') throw new Error(`not a multistatus but ${name}`);
    this.#path.push(name);
    // Text of a property is all text inside it; that of anything else, its own.
    if (this.#path.length <= 5) this.#text = '';
    if (name === 'DAV: response') {
      this.#draft = { href: '', status: undefined, properties: new Map(), propstat: new Map(), isCollection: false };
    }
    if (name === 'DAV: collection' && this.#path.at(-2) === 'DAV: resourcetype' && this.#draft) {
      this.#draft.isCollection = true;
    }
  }

  #close({ uri, local }: SaxesTagNS): void {
    const name = nameOf(uri, local);
    const depth = this.#path.length;
    this.#path.pop();
    const draft = this.#draft;
    if (!draft) return;
    if (depth === 3 && name === 'DAV: href') draft.href = this.#text.trim();
    if (depth === 3 && name === 'DAV: status') draft.status = statusOf(this.#text);
    if (depth === 5) draft.propstat.set(name, this.#text);
    if (depth === 4 && name === 'DAV: status') this.#endPropstat(draft);
    if (depth === 2) this.#endResponse(draft);
  }

  #endPropstat(draft: Draft): void {
    if (statusOf(this.#text) === 200) for (const [name, text] of draft.propstat) draft.properties.set(name, text);
    draft.propstat = new Map();
  }

  #endResponse({ href, status, properties, isCollection }: Draft): void {
    this.entries.push({ href, status, properties, isCollection });
    this.#draft = undefined;
  }
}

function nameOf(uri: string, local: string): string {
  return `${uri} ${local}`;
}

function statusOf(line: string): number {
  const status = Number(/^\s*HTTP\/1\.1 (\d{3})\b/.exec(line)?.[1]);
  if (Number.isNaN(status)) throw new Error(`not a status line: ${line}`);
  return status;
}
