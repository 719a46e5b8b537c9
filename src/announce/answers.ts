import { nameKey, TYPE, type DnsMessage, type DnsRecord, type Question } from './dns-message.ts';
import { isSame, noOtherAddresses } from './records.ts';

/** What to answer of all `records`, to the asker alone and to everybody on the link. */
export function answersTo(
  query: DnsMessage,
  records: readonly DnsRecord[],
  addresses: readonly DnsRecord[],
): { unicast: DnsRecord[]; multicast: DnsRecord[] } {
  const known = [...records, ...noOtherAddresses(addresses)];
  const answer = (wantsUnicast: boolean): DnsRecord[] => {
    const questions = query.questions.filter((question) => question.wantsUnicast === wantsUnicast);
    const matching = known.filter((record) => questions.some((question) => isAnswer(record, question, addresses)));
    return matching.filter((record) => !isKnownToAsker(record, query));
  };
  return { unicast: answer(true), multicast: answer(false) };
}

function isAnswer(record: DnsRecord, { name, type }: Question, addresses: readonly DnsRecord[]): boolean {
  if (nameKey(record.name) !== nameKey(name)) return false;
  if (record.type !== TYPE.nsec) return type === record.type || type === TYPE.any;
  const isOfAddresses = type === TYPE.a || type === TYPE.aaaa;
  return type === TYPE.nsec || (isOfAddresses && !addresses.some((address) => address.type === type));
}

/** RFC 6762 §7.1. */
function isKnownToAsker(record: DnsRecord, query: DnsMessage): boolean {
  return query.answers.some((each) => isSame(each, record) && each.ttlSeconds * 2 >= record.ttlSeconds);
}

/** What whoever is answered wants to know next. RFC 6763 §12: with a pointer what it points to; with a place its addresses. */
export function additionalsOf(answers: readonly DnsRecord[], records: readonly DnsRecord[]): DnsRecord[] {
  const leads = answers.some(({ type }) => type === TYPE.ptr || type === TYPE.srv);
  if (!leads) return [];
  return records.filter((record) => record.isUnique && !answers.some((answer) => isSame(answer, record)));
}
