import { childElements, type XmlElement, type XmlName } from '../../http/xml/element.ts';

/** The namespace of WebDAV itself. */
export const DAV = 'DAV:';

export function isDav(element: XmlName, name: string): boolean {
  return element.namespace === DAV && element.name === name;
}

/** The first child `name` of the DAV namespace. */
export function davChild(element: XmlElement, name: string): XmlElement | undefined {
  return childElements(element).find((child) => isDav(child, name));
}
