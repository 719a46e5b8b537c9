import { escapeXml } from '../../http/xml/element.ts';
import type { ActionTable, ServiceTable, VariableTable } from './service-tables.ts';

/** The document that tells what can be asked of a service; UDA 1.0 §2.3. */
export function serviceDescription({ actions, variables }: ServiceTable): string {
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<scpd xmlns="urn:schemas-upnp-org:service-1-0">',
    '<specVersion><major>1</major><minor>0</minor></specVersion>',
    '<actionList>',
    ...Object.entries(actions).map(([name, table]) => action(name, table)),
    '</actionList>',
    '<serviceStateTable>',
    ...Object.entries(variables).map(([name, table]) => variable(name, table)),
    '</serviceStateTable>',
    '</scpd>',
    '',
  ].join('\n');
}

function action(name: string, table: ActionTable): string {
  const lists = [...args('in', table.in), ...args('out', table.out)];
  const list = lists.length === 0 ? '' : `<argumentList>${lists.join('')}</argumentList>`;
  return `<action>${element('name', name)}${list}</action>`;
}

function args(direction: 'in' | 'out', all: Readonly<Record<string, string>>): string[] {
  return Object.entries(all).map(([name, related]) => {
    const parts = [element('name', name), element('direction', direction), element('relatedStateVariable', related)];
    return `<argument>${parts.join('')}</argument>`;
  });
}

function variable(name: string, { type, isEvented, values }: VariableTable): string {
  const allowed = values?.map((value) => element('allowedValue', value)).join('');
  return [
    `<stateVariable sendEvents="${isEvented ? 'yes' : 'no'}">`,
    element('name', name),
    element('dataType', type),
    ...(allowed === undefined ? [] : [`<allowedValueList>${allowed}</allowedValueList>`]),
    '</stateVariable>',
  ].join('');
}

function element(name: string, text: string): string {
  return `<${name}>${escapeXml(text)}</${name}>`;
}
