const XML = 'http://www.w3.org/XML/1998/namespace';
const XMLNS = 'http://www.w3.org/2000/xmlns/';

export interface XmlName {
  /** '' for a name in no namespace. */
  readonly namespace: string;
  readonly name: string;
}

export interface XmlAttribute extends XmlName {
  readonly prefix: string;
  readonly value: string;
}

/** An element as read: prefixes are kept, since some clients care for those that they wrote (RFC 4918 §4.3). */
export interface XmlElement extends XmlName {
  readonly prefix: string;
  /** Its own attributes, declarations of namespaces among them. */
  readonly attributes: readonly XmlAttribute[];
  /** The `xml:lang` in force here, its own or that of an element around it. */
  readonly language: string | undefined;
  readonly children: (XmlElement | string)[];
}

export function childElements(element: XmlElement): XmlElement[] {
  return element.children.filter((child) => typeof child !== 'string');
}

/** Its own text, without white space around it. */
export function textOf(element: XmlElement): string {
  return element.children
    .filter((child) => typeof child === 'string')
    .join('')
    .trim();
}

/** A key by which names can be compared and kept in maps. */
export function nameOf({ namespace, name }: XmlName): string {
  return `{${namespace}}${name}`;
}

/**
 * The element as XML that stands by itself: all its prefixes declared, the language in force written down, white space
 * untouched.
 */
export function serialize(element: XmlElement): string {
  const scope = new Map([
    ['', ''],
    ['xml', XML],
  ]);
  const hasLanguage = element.attributes.some((attribute) => attribute.namespace === XML && attribute.name === 'lang');
  const language =
    hasLanguage || element.language === undefined ? '' : ` xml:lang="${escapeAttribute(element.language)}"`;
  return write(element, scope, language);
}

/**
 * `scope` is what is declared around the element, and is so again afterwards: a copy for each element would cost as much
 * as there are declarations.
 */
function write(element: XmlElement, scope: Map<string, string>, extra: string): string {
  const outer: [prefix: string, uri: string | undefined][] = [];
  let declarations = '';
  const declare = (prefix: string, uri: string) => {
    const before = scope.get(prefix);
    if (before === uri) return;
    outer.push([prefix, before]);
    scope.set(prefix, uri);
    declarations += ` ${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}="${escapeAttribute(uri)}"`;
  };

  let attributes = extra;
  for (const { namespace, name, prefix, value } of element.attributes) {
    if (namespace === XMLNS || (prefix === '' && name === 'xmlns')) declare(prefix === '' ? '' : name, value);
  }
  declare(element.prefix, element.namespace);
  for (const { namespace, name, prefix, value } of element.attributes) {
    if (namespace === XMLNS || (prefix === '' && name === 'xmlns')) continue;
    if (prefix !== '') declare(prefix, namespace);
    attributes += ` ${qualified(prefix, name)}="${escapeAttribute(value)}"`;
  }

  const tag = qualified(element.prefix, element.name);
  const content = element.children
    .map((child) => (typeof child === 'string' ? escapeXml(child) : write(child, scope, '')))
    .join('');
  restore(scope, outer);
  return content === ''
    ? `<${tag}${declarations}${attributes}/>`
    : `<${tag}${declarations}${attributes}>${content}</${tag}>`;
}

function restore(scope: Map<string, string>, outer: readonly [prefix: string, uri: string | undefined][]): void {
  for (const [prefix, uri] of outer.toReversed()) {
    if (uri === undefined) scope.delete(prefix);
    else scope.set(prefix, uri);
  }
}

function qualified(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}:${name}`;
}

// eslint-disable-next-line no-control-regex -- they are what is looked for
const SPECIAL = /[&<>"\u0000-\u0008\u000B-\u001F\uFFFE\uFFFF]/;
const ALL_SPECIAL = new RegExp(SPECIAL, 'g');
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // Unescaped, a parser reads these as a line feed or, in an attribute, as spaces.
  '\r': '&#13;',
  '\t': '&#9;',
  '\n': '&#10;',
};

/** Text as it may stand in content. What XML 1.0 cannot hold at all (control characters, U+FFFE, …) becomes U+FFFD. */
export function escapeXml(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text.replace(ALL_SPECIAL, (character) => ESCAPES[character] ?? '\uFFFD');
}

/** Text as it may stand in an attribute between double quotes, its white space kept. */
export function escapeAttribute(text: string): string {
  return escapeXml(text).replace(/[\t\n]/g, (character) => ESCAPES[character] ?? character);
}
