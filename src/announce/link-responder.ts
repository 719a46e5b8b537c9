import { setTimeout as delay } from 'node:timers/promises';
import { decodeMessage, encodeMessage, nameKey, TYPE, type DnsMessage, type DnsRecord } from './dns-message.ts';
import { additionalsOf, answersTo } from './answers.ts';
import type { Link } from './links.ts';
import { MDNS_PORT, MulticastSocket, type Received } from './multicast-socket.ts';
import type { OwnMessages } from './own-messages.ts';
import {
  addressData,
  addressRecords,
  hostName,
  instanceName,
  isListing,
  isSame,
  serviceRecords,
  uniqueRecords,
  type Names,
} from './records.ts';

const PROBES = 3;
const PROBE_INTERVAL_MS = 250;
const ANNOUNCEMENTS = 2;
const ANNOUNCEMENT_INTERVAL_MS = 1000;
/** RFC 6762 §8.2: who loses against another that asks at the same time waits this long. */
const LOST_DELAY_MS = 1000;
/** RFC 6762 §6: others may answer the same question; §6, §7.3: no record twice within a second, or a probe's interval. */
const ANSWER_DELAY_MS = { min: 20, max: 120 };
const REPEAT_MS = 1000;
/** RFC 6762 §6.7: for one who asks without knowing mDNS. */
const LEGACY_TTL_SECONDS = 10;

export interface ResponderEvents {
  /** Another has one of the names: choose a new one, unless that is done already, and `restart` every link. */
  readonly onConflict: (what: keyof Names, names: Names) => void;
  readonly onAnnounced: (link: Link, names: Names) => void;
  /** All addresses of this machine, on any link. */
  readonly ownAddresses: () => readonly string[];
  readonly ownMessages: OwnMessages;
  /** A bug, or a system that fails in an unknown way; a server must not end for that. */
  readonly onFault: (error: unknown) => void;
}

/** Answers on one link for what is reached there: RFC 6762, RFC 6763. */
export class LinkResponder {
  readonly link: Link;
  readonly #events: ResponderEvents;
  #names: Names;
  #sockets: readonly MulticastSocket[] = [];
  #run = new AbortController();
  #phase: 'probing' | 'announced' | 'closed' = 'probing';
  /**
   * The system's own responder (Avahi, mDNSResponder, …) gives this machine's addresses under its name already. Two
   * that differ in one address would take each other for strangers, so then it alone does.
   */
  #isHostKept = false;
  readonly #lastSentMs = new Map<string, number>();
  readonly #waiting = new Map<string, DnsRecord>();
  #answerTimer: NodeJS.Timeout | undefined;

  private constructor(link: Link, names: Names, events: ResponderEvents) {
    this.link = link;
    this.#names = names;
    this.#events = events;
  }

  /** Throws when the system gives no socket for it. */
  static async open(link: Link, names: Names, events: ResponderEvents): Promise<LinkResponder> {
    const responder = new LinkResponder(link, names, events);
    responder.#sockets = await MulticastSocket.openAll(link, (received, by) => {
      try {
        responder.#receive(received, by);
      } catch (error) {
        events.onFault(error);
      }
    });
    responder.restart(names);
    return responder;
  }

  /** Asks again whether the names are free, and then announces them. */
  restart(names: Names, waitMs = 0): void {
    if (this.#phase === 'closed') return;
    this.#run.abort();
    this.#forgetWaiting();
    const before = this.#phase === 'announced' ? this.#allRecords() : [];
    this.#names = names;
    const after = this.#allRecords();
    void this.#sayGoodbye(before.filter((record) => !after.some((other) => isSame(record, other))));
    this.#phase = 'probing';
    this.#run = new AbortController();
    this.#proceed(this.#run.signal, waitMs).catch((error: unknown) => {
      if (!(error instanceof Error && error.name === 'AbortError')) this.#events.onFault(error);
    });
  }

  /** Says goodbye, so that nobody keeps what is gone; resolves when that has left. */
  async close(): Promise<void> {
    const known = this.#phase === 'announced' ? this.#allRecords() : [];
    this.#silence();
    await this.#sayGoodbye(known);
    for (const socket of this.#sockets) socket.close();
  }

  /** Without a word: for a link whose addresses changed, which is announced anew. */
  drop(): void {
    this.#silence();
    for (const socket of this.#sockets) socket.close();
  }

  async #sayGoodbye(records: readonly DnsRecord[]): Promise<void> {
    // Not to the type as such: others may be of it.
    const ours = records.filter(({ name }) => !isListing(name));
    if (ours.length === 0) return;
    await this.#multicast({ isResponse: true, answers: ours.map((record) => ({ ...record, ttlSeconds: 0 })) });
  }

  #silence(): void {
    this.#phase = 'closed';
    this.#run.abort();
    this.#forgetWaiting();
  }

  /** RFC 6762 §8.1, §8.3. */
  async #proceed(signal: AbortSignal, waitMs: number): Promise<void> {
    const pause = (ms: number): Promise<void> => delay(ms, undefined, { signal, ref: false });
    this.#isHostKept = false;
    await pause(waitMs + Math.random() * PROBE_INTERVAL_MS);
    for (let probe = 0; probe < PROBES; probe++) {
      await this.#multicast(this.#probe());
      await pause(PROBE_INTERVAL_MS);
    }
    this.#phase = 'announced';
    this.#events.onAnnounced(this.link, this.#names);
    for (let time = 0; time < ANNOUNCEMENTS; time++) {
      await this.#multicast({ isResponse: true, answers: this.#allRecords() });
      await pause(ANNOUNCEMENT_INTERVAL_MS);
    }
  }

  /** The machine's name is only asked about: a claim of ours could drive the system's own responder away from it. */
  #probe(): Partial<DnsMessage> {
    const asked = [hostName(this.#names), ...this.link.services.map((service) => instanceName(service, this.#names))];
    const questions = asked.map((name) => ({ name, type: TYPE.any, wantsUnicast: false }));
    return { questions, authorities: this.#claims() };
  }

  #claims(): DnsRecord[] {
    return this.link.services.flatMap((service) => uniqueRecords(service, this.#names));
  }

  #addresses(): DnsRecord[] {
    return this.#isHostKept ? [] : addressRecords(this.link, this.#names);
  }

  #allRecords(): DnsRecord[] {
    const services = this.link.services.flatMap((service) => serviceRecords(service, this.#names));
    const once = services.filter((record, index) => services.findIndex((other) => isSame(record, other)) === index);
    return [...once, ...this.#addresses()];
  }

  #receive({ bytes, from }: Received, by: MulticastSocket): void {
    if (this.#phase === 'closed' || this.#events.ownMessages.has(bytes)) return;
    const message = decodeMessage(bytes);
    if (!message) return;
    if (message.isResponse) {
      // RFC 6762 §6: a response comes from this port, or is none.
      if (from.port === MDNS_PORT) this.#hear([...message.answers, ...message.additionals], from);
      return;
    }
    this.#hearClaims(message, from);
    if (this.#phase === 'announced') this.#answer(message, from, by);
  }

  /** Looks for others that have our names; RFC 6762 §9. */
  #hear(records: readonly DnsRecord[], from: Received['from']): void {
    const host = nameKey(hostName(this.#names));
    const claims = this.#claims();
    for (const record of records) {
      const isOfHost = nameKey(record.name) === host && (record.type === TYPE.a || record.type === TYPE.aaaa);
      const isRival = isOfHost
        ? this.#isForeignHost(record, from)
        : record.ttlSeconds > 0 && claims.some((claim) => isSameKind(claim, record) && !isSame(claim, record));
      if (!isRival) continue;
      this.#contest(isOfHost ? 'host' : 'service');
      return;
    }
  }

  #isForeignHost({ ttlSeconds, data }: DnsRecord, from: Received['from']): boolean {
    const isFromHere = this.#isOwnAddress(from.address);
    if (ttlSeconds === 0) {
      // The system's own responder ends: somebody must give the addresses from now on.
      if (this.#isHostKept && isFromHere) this.restart(this.#names, LOST_DELAY_MS);
      return false;
    }
    if (isFromHere) this.#isHostKept ||= this.#phase === 'probing';
    return !isFromHere && !this.#events.ownAddresses().some((address) => addressData(address).equals(data));
  }

  /** What is found while asking is another's; what turns up later is asked about first. */
  #contest(what: keyof Names): void {
    if (this.#phase === 'probing') this.#events.onConflict(what, this.#names);
    else this.restart(this.#names);
  }

  /** Others that ask for our names at the same time; RFC 6762 §8.2. */
  #hearClaims({ authorities }: DnsMessage, from: Received['from']): void {
    const host = nameKey(hostName(this.#names));
    // The system's own responder begins, and wants this machine's name for itself.
    if (this.#isOwnAddress(from.address) && authorities.some(({ name }) => nameKey(name) === host)) {
      this.#isHostKept = true;
    }
    if (this.#phase !== 'probing') return;
    for (const service of this.link.services) {
      const key = nameKey(instanceName(service, this.#names));
      const theirs = authorities.filter(({ name }) => nameKey(name) === key);
      const ours = uniqueRecords(service, this.#names);
      if (theirs.length === 0 || Buffer.compare(sortedData(theirs), sortedData(ours)) <= 0) continue;
      this.restart(this.#names, LOST_DELAY_MS);
      return;
    }
  }

  #answer(query: DnsMessage, from: Received['from'], by: MulticastSocket): void {
    const isLegacy = from.port !== MDNS_PORT;
    const answers = answersTo(query, this.#allRecords(), this.#addresses());
    const alone = isLegacy ? [...answers.unicast, ...answers.multicast] : answers.unicast;
    if (alone.length > 0) void by.send(this.#reply(query, alone, isLegacy), from);
    if (isLegacy) return;
    const nowMs = performance.now();
    const isProbed = query.authorities.length > 0;
    const repeatMs = isProbed ? PROBE_INTERVAL_MS : REPEAT_MS;
    const fresh = answers.multicast.filter(
      (record) => nowMs - (this.#lastSentMs.get(recordKey(record)) ?? -Infinity) > repeatMs,
    );
    for (const record of fresh) this.#waiting.set(recordKey(record), record);
    if (fresh.length === 0) return;
    // Only we can answer for what is ours alone, so nothing speaks against doing it at once.
    if (isProbed || fresh.every(({ isUnique }) => isUnique)) this.#flush();
    else this.#answerTimer ??= setTimeout(() => this.#flush(), randomBetween(ANSWER_DELAY_MS)).unref();
  }

  #reply({ id, questions }: DnsMessage, answers: readonly DnsRecord[], isLegacy: boolean): Buffer {
    const additionals = additionalsOf(answers, this.#allRecords());
    if (!isLegacy) return encodeMessage({ isResponse: true, answers, additionals });
    const plain = (record: DnsRecord): DnsRecord => ({
      ...record,
      isUnique: false,
      ttlSeconds: Math.min(record.ttlSeconds, LEGACY_TTL_SECONDS),
    });
    const answered = new Set(answers.map(({ name }) => nameKey(name)));
    const asked = questions
      .filter(({ name }) => answered.has(nameKey(name)))
      .map((question) => ({ ...question, wantsUnicast: false }));
    return encodeMessage({
      id,
      isResponse: true,
      questions: asked,
      answers: answers.map(plain),
      additionals: additionals.map(plain),
    });
  }

  #flush(): void {
    const answers = [...this.#waiting.values()];
    this.#forgetWaiting();
    void this.#multicast({ isResponse: true, answers, additionals: additionalsOf(answers, this.#allRecords()) });
  }

  #forgetWaiting(): void {
    clearTimeout(this.#answerTimer);
    this.#answerTimer = undefined;
    this.#waiting.clear();
  }

  async #multicast(message: Partial<DnsMessage>): Promise<void> {
    const bytes = encodeMessage(message);
    const nowMs = performance.now();
    this.#events.ownMessages.add(bytes);
    if (message.isResponse) for (const record of message.answers ?? []) this.#lastSentMs.set(recordKey(record), nowMs);
    await Promise.all(this.#sockets.map((socket) => socket.send(bytes)));
  }

  #isOwnAddress(address: string): boolean {
    const plain = address.replace(/%.*$/, '');
    return this.#events.ownAddresses().includes(plain);
  }
}

function isSameKind(one: DnsRecord, other: DnsRecord): boolean {
  return one.type === other.type && nameKey(one.name) === nameKey(other.name);
}

function recordKey({ name, type, data }: DnsRecord): string {
  return `${nameKey(name)}\0${type}\0${data.toString('latin1')}`;
}

function sortedData(records: readonly DnsRecord[]): Buffer {
  const parts = records.map(({ type, data }) => Buffer.concat([Buffer.of(0, 1, type >> 8, type & 0xff), data]));
  return Buffer.concat(parts.sort((one, other) => Buffer.compare(one, other)));
}

function randomBetween({ min, max }: { min: number; max: number }): number {
  return min + Math.random() * (max - min);
}
