import assert from 'node:assert/strict';
import { problemOf } from '../../../src/api/connect/browser/advice.ts';

const OWN = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
const OWN_XML = { 'content-type': 'application/xml; charset=utf-8' };
const FOREIGN = { 'content-type': 'text/html' };
const condition = (name: string) => `<D:error xmlns:D="DAV:"><D:${name}/></D:error>`;

interface Case {
  readonly what: string;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text?: string;
  readonly words: RegExp;
  readonly endsAll: boolean;
}

describe('what the test on the connect page says of an answer', () => {
  const wants = { 'www-authenticate': 'Basic realm="nosocial", charset="UTF-8"' };
  const cases: Case[] = [
    {
      what: 'wrong password',
      status: 401,
      headers: { ...OWN, ...wants },
      text: 'is wrong',
      words: /is wrong/,
      endsAll: true,
    },
    { what: 'too many', status: 429, headers: { ...OWN, 'retry-after': '40' }, words: /for 40 seconds/, endsAll: true },
    {
      what: 'too many for long',
      status: 429,
      headers: { ...OWN, 'retry-after': '3600' },
      words: /for 60 minutes/,
      endsAll: true,
    },
    {
      what: 'database away',
      status: 503,
      headers: { ...OWN, 'retry-after': '5' },
      words: /database or a disk.*doctor/,
      endsAll: true,
    },
    { what: 'proxy alone', status: 503, headers: FOREIGN, words: /does not reach nosocial/, endsAll: true },
    {
      what: 'quota',
      status: 507,
      headers: OWN_XML,
      text: condition('quota-not-exceeded'),
      words: /quota/,
      endsAll: false,
    },
    {
      what: 'disks full',
      status: 507,
      headers: OWN_XML,
      text: condition('sufficient-disk-space'),
      words: /No disk/,
      endsAll: false,
    },
    { what: 'Destination elsewhere', status: 502, headers: OWN, words: /changes the host/, endsAll: false },
    { what: 'upstream away', status: 502, headers: FOREIGN, words: /does not reach nosocial/, endsAll: true },
    {
      what: 'method refused by us',
      status: 405,
      headers: { allow: 'GET, PROPFIND' },
      words: /changes paths/,
      endsAll: false,
    },
    {
      what: 'method refused',
      status: 405,
      headers: { allow: 'GET, HEAD' },
      words: /refuses MOVE \(status 405\)/,
      endsAll: false,
    },
    { what: 'bug', status: 500, headers: OWN, words: /nosocial failed \(status 500\)/, endsAll: false },
    { what: 'unknown', status: 418, headers: FOREIGN, words: /status 418, which was not expected/, endsAll: false },
    { what: 'rights', status: 403, headers: OWN, words: /nosocial does not allow/, endsAll: false },
    { what: 'firewall', status: 403, headers: FOREIGN, words: /a firewall/, endsAll: false },
  ];
  for (const { what, status, headers, text = '', words, endsAll } of cases) {
    it(`${status}: ${what}`, () => {
      const problem = problemOf('MOVE', { status, headers: new Headers(headers), text, isRedirect: false });
      assert.match(problem.message, words);
      assert.equal(problem.endsAll, endsAll);
    });
  }
});
