import assert from 'node:assert/strict';
import { additionalsOf, answersTo } from '../../src/announce/answers.ts';
import { TYPE, type DnsRecord, type Question } from '../../src/announce/dns-message.ts';
import { addressRecords, serviceRecords, type Names } from '../../src/announce/records.ts';

const NAMES: Names = { service: 'nosocial on box', host: 'box' };
const ADDRESSES = addressRecords(
  { interfaceName: 'eth0', zone: 'eth0', addresses: ['10.0.0.1'], networks: [], services: [] },
  NAMES,
);
const RECORDS = [...serviceRecords({ type: '_webdav', port: 80 }, NAMES), ...ADDRESSES];

describe('answers by mDNS', () => {
  function ask(question: Partial<Question>, known: readonly DnsRecord[] = []): DnsRecord[] {
    const questions = [{ name: ['_webdav', '_tcp', 'local'], type: TYPE.ptr, wantsUnicast: false, ...question }];
    const query = { id: 0, isResponse: false, questions, answers: known, authorities: [], additionals: [] };
    const { unicast, multicast } = answersTo(query, RECORDS, ADDRESSES);
    assert.equal(question.wantsUnicast ? multicast.length : unicast.length, 0);
    return [...unicast, ...multicast];
  }

  const host = ['BOX', 'local'];
  const questions: [what: string, question: Partial<Question>, types: number[], additionals: number[]][] = [
    ['who is of the type', {}, [TYPE.ptr], [TYPE.srv, TYPE.txt, TYPE.a]],
    ['the same, for the asker alone', { wantsUnicast: true }, [TYPE.ptr], [TYPE.srv, TYPE.txt, TYPE.a]],
    [
      'which types there are',
      { name: ['_services', '_dns-sd', '_udp', 'local'] },
      [TYPE.ptr],
      [TYPE.srv, TYPE.txt, TYPE.a],
    ],
    ['an address', { name: host, type: TYPE.a }, [TYPE.a], []],
    ['an address that it does not have', { name: host, type: TYPE.aaaa }, [TYPE.nsec], []],
    ['anything of the host', { name: host, type: TYPE.any }, [TYPE.a], []],
    ['another type', { name: ['_ipp', '_tcp', 'local'] }, [], []],
    ['another host', { name: ['box2', 'local'], type: TYPE.any }, [], []],
  ];
  for (const [what, question, types, additionals] of questions) {
    it(`tell ${what}`, () => {
      const answers = ask(question);
      assert.deepEqual(
        answers.map(({ type }) => type),
        types,
      );
      assert.deepEqual(
        additionalsOf(answers, RECORDS).map(({ type }) => type),
        additionals,
      );
    });
  }

  it('leave out what the asker knows, unless that is half forgotten (RFC 6762 §7.1)', () => {
    const [pointer] = ask({});
    assert.ok(pointer);
    assert.deepEqual(ask({}, [{ ...pointer, ttlSeconds: pointer.ttlSeconds / 2 }]), []);
    assert.equal(ask({}, [{ ...pointer, ttlSeconds: pointer.ttlSeconds / 2 - 1 }]).length, 1);
  });
});
