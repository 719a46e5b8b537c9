import type { Answer } from '../../http/answer.ts';
import { assertNotEncoded } from '../../http/request-body.ts';
import { escapeXml } from '../../http/xml/element.ts';
import { isDomainError } from '../../lib/errors.ts';
import { connectionManager } from '../connection-manager.ts';
import { contentDirectory } from '../content-directory/content-directory.ts';
import type { DlnaContext, DlnaExchange } from '../context.ts';
import { XML_TYPE } from '../device/describe.ts';
import { SERVICE_TABLES } from '../device/service-tables.ts';
import { SERVICE_NAMES, SERVICES, type ServiceName } from '../device/services.ts';
import { receiverRegistrar } from '../receiver-registrar.ts';
import type { Actions, Outcome } from './action.ts';
import { Arguments } from './arguments.ts';
import { readCall, type Call } from './read-call.ts';
import { UPNP_ERRORS, UpnpError, type UpnpErrorCode } from './upnp-error.ts';

const ACTIONS: Readonly<Record<ServiceName, Actions>> = {
  'content-directory': contentDirectory,
  'connection-manager': connectionManager,
  'receiver-registrar': receiverRegistrar,
};

/**
 * POST to `/control/<service>`, UDA 1.0 §3.2. Faults are answers of status 500 with a UPnPError; what is no call at all
 * throws `bad-request` or `body-not-supported`.
 */
export async function control(exchange: DlnaExchange, context: DlnaContext): Promise<Answer> {
  const service = SERVICE_NAMES.find((name) => exchange.path === `/control/${name}`);
  if (service === undefined) return { status: 404 };
  assertNotEncoded(exchange.request.headers);
  try {
    const call = readCall(exchange.body, exchange.request.headers['soapaction']?.toString());
    return answerOf(call, service, await act(call, service, { exchange, context }));
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    exchange.remark(`${code} ${UPNP_ERRORS[code]}: ${(error as Error).message}`);
    return faultOf(code);
  }
}

async function act(
  call: Call,
  service: ServiceName,
  parts: { exchange: DlnaExchange; context: DlnaContext },
): Promise<Outcome> {
  const actions = ACTIONS[service];
  const action = Object.hasOwn(actions, call.action) ? actions[call.action] : undefined;
  if (action === undefined || call.serviceType !== SERVICES[service].type) {
    throw new UpnpError(401, `${call.serviceType}#${call.action} is not known at ${parts.exchange.path}`);
  }
  return action({ ...parts, args: Arguments.of(call, SERVICE_TABLES[service]) });
}

/** Undefined for what is no fault of an action: a body that is no call, or a bug. */
function codeOf(error: unknown): UpnpErrorCode | undefined {
  if (error instanceof UpnpError) return error.code;
  if (isDomainError(error, 'not-found')) return 701;
  return isDomainError(error, 'unavailable', 'busy') ? 501 : undefined;
}

const HEADERS = { 'Content-Type': XML_TYPE, EXT: '' };

function envelope(body: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>${body}</s:Body></s:Envelope>`;
}

/** In the order of the description, which some control points go by. */
function answerOf({ serviceType, action }: Call, service: ServiceName, outcome: Outcome): Answer {
  const names = Object.keys(SERVICE_TABLES[service].actions[action]?.out ?? {});
  const values = names.map((name) => `<${name}>${escapeXml(String(outcome[name] ?? ''))}</${name}>`);
  const content = `<u:${action}Response xmlns:u="${serviceType}">${values.join('')}</u:${action}Response>`;
  return { status: 200, headers: HEADERS, body: envelope(content) };
}

function faultOf(code: UpnpErrorCode): Answer {
  const error = `<UPnPError xmlns="urn:schemas-upnp-org:control-1-0"><errorCode>${code}</errorCode><errorDescription>${UPNP_ERRORS[code]}</errorDescription></UPnPError>`;
  const fault = `<s:Fault><faultcode>s:Client</faultcode><faultstring>UPnPError</faultstring><detail>${error}</detail></s:Fault>`;
  return { status: 500, headers: HEADERS, body: envelope(fault) };
}
