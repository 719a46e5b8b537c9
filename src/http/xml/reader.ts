import { SaxesParser, type SaxesAttributeNS, type SaxesTagNS } from 'saxes';
import { DomainError } from '../../lib/errors.ts';
import { escapeAttribute, type XmlElement } from './element.ts';

/** Deep nesting has killed other servers (golang/go 81181). */
const MAX_DEPTH = 64;
const MAX_ELEMENTS = 10_000;
const MAX_ATTRIBUTES = 10_000;
/** Of a namespace as it is written, which may happen for each element and for each property that is asked for. */
const MAX_NAMESPACE_BYTES = 1024;

/**
 * Reads a request body. Without DOCTYPE, hence without entities of its own; bounded in depth, in elements, attributes and
 * the length of namespaces, by its caller in size. Throws `bad-request`, `too-large`, `body-not-supported` for an encoding
 * that is not Unicode.
 */
export function readXml(bytes: Uint8Array): XmlElement {
  const text = decode(bytes);
  const builder = new TreeBuilder();
  try {
    builder.parser.write(text).close();
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw new DomainError('bad-request', 'the body is not well-formed XML', { cause: error });
  }
  if (!builder.root) throw new DomainError('bad-request', 'the body holds no XML element');
  return builder.root;
}

interface OpenElement extends XmlElement {
  readonly children: (XmlElement | string)[];
}

class TreeBuilder {
  readonly parser = new SaxesParser({ xmlns: true, position: false });
  root: XmlElement | undefined;
  readonly #open: OpenElement[] = [];
  #elements = 0;
  #attributes = 0;

  constructor() {
    this.parser.on('doctype', () => refuse('a DOCTYPE is not allowed'));
    this.parser.on('error', (error) => {
      throw error;
    });
    this.parser.on('opentag', (tag) => this.#openTag(tag));
    this.parser.on('closetag', () => this.#open.pop());
    this.parser.on('text', (text) => this.#text(text));
    this.parser.on('cdata', (text) => this.#text(text));
    this.parser.on('attribute', ({ name, prefix, value }) => {
      if (++this.#attributes > MAX_ATTRIBUTES) throw new DomainError('too-large', 'the XML has too many attributes');
      const isDeclaration = prefix === 'xmlns' || name === 'xmlns';
      if (isDeclaration && Buffer.byteLength(escapeAttribute(value)) > MAX_NAMESPACE_BYTES) {
        throw new DomainError('too-large', `a namespace may have ${MAX_NAMESPACE_BYTES} bytes at most`);
      }
    });
    this.parser.on('opentagstart', () => {
      if (++this.#elements > MAX_ELEMENTS) throw new DomainError('too-large', 'the XML has too many elements');
      if (this.#open.length >= MAX_DEPTH) throw new DomainError('bad-request', 'the XML is nested too deeply');
    });
  }

  #openTag(tag: SaxesTagNS): void {
    const parent = this.#open.at(-1);
    const attributes = Object.values(tag.attributes).map(toAttribute);
    const own = tag.attributes['xml:lang']?.value;
    const element: OpenElement = {
      namespace: tag.uri,
      name: tag.local,
      prefix: tag.prefix,
      attributes,
      language: own ?? parent?.language,
      children: [],
    };
    if (parent) parent.children.push(element);
    else this.root = element;
    this.#open.push(element);
  }

  #text(text: string): void {
    this.#open.at(-1)?.children.push(text);
  }
}

function toAttribute({ uri, local, prefix, value }: SaxesAttributeNS) {
  return { namespace: uri, name: local, prefix, value };
}

function refuse(message: string): never {
  throw new DomainError('bad-request', message);
}

/** By byte order mark, else by how `<` is written; UTF-8 otherwise (XML 1.0, appendix F). */
function decode(bytes: Uint8Array): string {
  const encoding = unicodeEncoding(bytes);
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    throw new DomainError('bad-request', `the body is not valid ${encoding}`, { cause: error });
  }
  const declared = /^<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']/.exec(text)?.[1]?.toLowerCase();
  const isKnown = declared === undefined || isSameEncoding(declared, encoding);
  if (!isKnown) throw new DomainError('body-not-supported', `the encoding "${declared}" is not supported; send UTF-8`);
  return text;
}

function unicodeEncoding(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be';
  return 'utf-8';
}

function isSameEncoding(declared: string, actual: string): boolean {
  if (actual === 'utf-8') return ['utf-8', 'utf8', 'us-ascii', 'ascii'].includes(declared);
  return declared === 'utf-16' || declared === actual;
}
