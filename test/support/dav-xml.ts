import { SaxesParser } from 'saxes';

/** An element as a test looks at it: names as `{namespace}local`. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

/** Parses what a server sent; throws when it is not well-formed. */
export function parseXml(xml: string | Buffer): Element {
  const parser = new SaxesParser({ xmlns: true });
  const top: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [top];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => {
    const attributes = Object.fromEntries(Object.values(tag.attributes).map(({ name, value }) => [name, value]));
    const element: Element = { name: `{${tag.uri}}${tag.local}`, attributes, children: [], text: '' };
    open.at(-1)!.children.push(element);
    open.push(element);
  });
  parser.on('text', (text) => {
    open.at(-1)!.text += text;
  });
  parser.on('closetag', () => {
    open.pop();
  });
  parser.write(xml.toString()).close();
  return top.children[0]!;
}

/** All elements `name` of the DAV namespace at or below `element`, in document order. */
export function findAll(element: Element, name: string): Element[] {
  const own = element.name === `{DAV:}${name}` ? [element] : [];
  return [...own, ...element.children.flatMap((child) => findAll(child, name))];
}

export function find(element: Element, name: string): Element | undefined {
  return findAll(element, name)[0];
}

/** Of a multistatus: for each href, for each status, the properties with it. */
export function propstats(xml: string | Buffer): Map<string, Map<number, Map<string, Element>>> {
  const byHref = new Map<string, Map<number, Map<string, Element>>>();
  for (const response of findAll(parseXml(xml), 'response')) {
    const byStatus = new Map<number, Map<string, Element>>();
    for (const propstat of response.children.filter(({ name }) => name === '{DAV:}propstat')) {
      const status = Number(find(propstat, 'status')!.text.split(' ')[1]);
      const properties = find(propstat, 'prop')!.children;
      byStatus.set(status, new Map(properties.map((property) => [property.name, property])));
    }
    byHref.set(find(response, 'href')!.text, byStatus);
  }
  return byHref;
}

export function propfindBody(...properties: string[]): string {
  return `<D:propfind xmlns:D="DAV:" xmlns:x="urn:x"><D:prop>${properties.join('')}</D:prop></D:propfind>`;
}

export function lockBody(scope: 'exclusive' | 'shared' = 'exclusive', owner = '<D:owner>me</D:owner>'): string {
  return (
    `<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:${scope}/></D:lockscope>` +
    `<D:locktype><D:write/></D:locktype>${owner}</D:lockinfo>`
  );
}
