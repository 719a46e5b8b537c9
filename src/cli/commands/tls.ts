import type { TlsView } from '../../app/requests.ts';
import { ask } from '../admin.ts';
import { isSet, type Call, type Command } from '../command.ts';
import { formatFields, formatTime, printJson } from '../output.ts';
import { note, print } from '../terminal.ts';

export const tlsCommands: readonly Command[] = [
  {
    name: 'tls init',
    summary: 'make a local authority, once, and a certificate for this machine, which a running server serves at once',
    options: {
      name: { value: 'HOST', help: 'a name or address besides those of the machine; any number', isList: true },
    },
    notes: [
      'The certificate is for localhost, HOSTNAME, HOSTNAME.local, the addresses of this machine and every --name; names',
      'that are given take the place of those that were given before. A server renews it by itself.',
      'Devices must trust the authority, once: the page /connect of the server says how.',
    ],
    printsJson: true,
    run: initTls,
  },
  {
    name: 'tls show',
    summary: 'show the certificate that is served, and the authority that devices must trust',
    printsJson: true,
    run: async (call) => {
      const view = await ask(call, 'tlsShow', {});
      if (isSet(call, 'json')) printJson(call.terminal, view);
      else show(call, view);
    },
  },
];

async function initTls(call: Call): Promise<void> {
  const names = call.values['name'];
  const view = await ask(call, 'tlsInit', names === undefined ? {} : { names: [...names] });
  if (isSet(call, 'json')) {
    printJson(call.terminal, view);
    return;
  }
  show(call, view);
  note(
    call.terminal,
    view.isNewAuthority
      ? 'there is a new authority: import it on each device, as the page /connect of the server says'
      : 'the authority is the same as before: devices that trust it need nothing new',
    view.isServed ? 'the server serves the certificate from now on' : 'the next start of the server serves it',
  );
}

function show({ terminal }: Call, { source, isServed, names, addresses, ...view }: TlsView): void {
  const { authority, endpoints, expiresAt, fingerprint } = view;
  const renewal = source === 'local' ? '; the server renews it before' : '';
  print(
    terminal,
    ...formatFields([
      ['certificate', source === 'local' ? 'of the local authority' : 'from the files of the settings'],
      ['names', names.join(', ')],
      ['addresses', addresses.join(', ')],
      ['expires', `${formatTime(Date.parse(expiresAt))}${renewal}`],
      ['fingerprint', fingerprint],
      ...(authority === undefined ? [] : authorityFields(authority)),
      ['served', isServed ? endpoints.join(' ') : 'not now'],
    ]),
  );
}

function authorityFields(authority: NonNullable<TlsView['authority']>): (readonly [string, string])[] {
  return [
    ['authority', authority.file],
    ['  expires', formatTime(Date.parse(authority.expiresAt))],
    ['  fingerprint', authority.fingerprint],
  ];
}
