import { COMPARISONS, PROPERTIES } from './condition.ts';

const XML_SCHEMA = 'http://www.w3.org/2001/XMLSchema';
const TYPES = { text: 'string', number: 'nonNegativeInteger', time: 'dateTime' };

/** What `DAV:supported-query-grammar-set` says, RFC 5323 §3.3. */
export const SUPPORTED_GRAMMARS =
  '<D:supported-query-grammar-set><D:supported-query-grammar><D:grammar><D:basicsearch/></D:grammar>' +
  '</D:supported-query-grammar></D:supported-query-grammar-set>';

/** What can be asked, the same everywhere, RFC 5323 §5.19. `href` is rendered. */
export function schemaResponse(href: string): string {
  const properties = PROPERTIES.map(({ name, type }) => {
    const dataType = `<D:datatype><${TYPES[type]} xmlns="${XML_SCHEMA}"/></D:datatype>`;
    const caseless = type === 'text' ? '<D:caseless/>' : '';
    const uses = '<D:searchable/><D:selectable/><D:sortable/>';
    return `<D:propdesc><D:prop><D:${name}/></D:prop>${dataType}${uses}${caseless}</D:propdesc>`;
  }).join('');
  const others = '<D:propdesc><D:any-other-property/><D:selectable/></D:propdesc>';
  const operators = [...Object.keys(COMPARISONS), 'like'].map((name) => {
    return `<D:opdesc><D:${name}/><D:operand-property/><D:operand-literal/></D:opdesc>`;
  });
  const more =
    '<D:opdesc allow-pcdata="yes"><D:contains/></D:opdesc><D:opdesc><D:is-collection/></D:opdesc>' +
    '<D:opdesc><D:is-defined/><D:operand-property/></D:opdesc>';
  return (
    `<D:response><D:href>${href}</D:href><D:status>HTTP/1.1 200 OK</D:status><D:query-schema><D:basicsearchschema>` +
    `<D:properties>${properties}${others}</D:properties><D:operators>${operators.join('')}${more}</D:operators>` +
    '</D:basicsearchschema></D:query-schema></D:response>\n'
  );
}
