import type { MediaLibrary } from '../../core/media/media-library.ts';
import type { Answer } from '../../http/answer.ts';
import { DomainError } from '../../lib/errors.ts';
import type { DlnaExchange } from '../context.ts';
import { SERVICE_NAMES, type ServiceName } from '../device/services.ts';
import { sourceProtocolInfo } from '../media/protocol-info.ts';
import { parseCallbacks, type Callback } from './callback-urls.ts';
import type { Properties } from './event-message.ts';
import { unsigned } from '../soap/unsigned.ts';
import { LibraryChanges } from './library-changes.ts';
import { bad, parseSubscribe, parseUnsubscribe, type BadRequest, type SubscribeRequest } from './subscribe-request.ts';
import { Subscription } from './subscription.ts';

/** More than a home has sets, each with three services. */
const MAX_SUBSCRIPTIONS = 200;
/** What is on one machine; beyond that the oldest of its own go, which a program that was killed has left. */
const MAX_OF_ADDRESS = 24;
/** The content directory's changes are told at 0.2 Hz at most: a film that is uploaded makes many. */
const BETWEEN_CHANGES_MS = 5000;

interface Held {
  readonly service: ServiceName;
  readonly address: string;
  readonly subscription: Subscription;
  readonly changes: LibraryChanges;
}

type Asked = Pick<DlnaExchange, 'request' | 'response' | 'link' | 'path' | 'remoteAddress' | 'remark'>;

/** Who is told when something changes (GENA): `SUBSCRIBE` and `UNSUBSCRIBE` at `/events/<service>`; UDA 1.0 §4. */
export class Events {
  readonly #library: Pick<MediaLibrary, 'onUpdate' | 'updateId'>;
  readonly #onFault: (error: unknown) => void;
  /** By their SIDs, the oldest first. */
  readonly #held = new Map<string, Held>();
  readonly #stopFollowing: () => void;
  #isStopped = false;

  constructor(library: Pick<MediaLibrary, 'onUpdate' | 'updateId'>, onFault: (error: unknown) => void) {
    this.#library = library;
    this.#onFault = onFault;
    this.#stopFollowing = library.onUpdate((update) => {
      for (const { service, subscription, changes } of this.#held.values()) {
        if (service !== 'content-directory') continue;
        changes.add(update);
        this.#inBackground(subscription.changed());
      }
    });
  }

  get size(): number {
    return this.#held.size;
  }

  async answer(asked: Asked): Promise<Answer> {
    const service = SERVICE_NAMES.find((name) => asked.path === `/events/${name}`);
    if (!service) throw new DomainError('not-found', `there is no ${asked.path}`);
    const { headers } = asked.request;
    const wish = asked.request.method === 'UNSUBSCRIBE' ? parseUnsubscribe(headers) : parseSubscribe(headers);
    const answer = await this.#answer(asked, service, wish);
    return 'kind' in answer ? refuse(asked, answer) : answer;
  }

  /** Ends all; nothing is told any more. */
  stop(): void {
    this.#isStopped = true;
    this.#stopFollowing();
    for (const sid of [...this.#held.keys()]) this.#remove(sid);
  }

  async #answer(
    asked: Asked,
    service: ServiceName,
    wish: ReturnType<typeof parseSubscribe | typeof parseUnsubscribe>,
  ): Promise<Answer | BadRequest> {
    if (wish.kind === 'bad') return wish;
    if (wish.kind === 'new') return this.#subscribe(asked, service, wish);
    const held = this.#held.get(wish.sid);
    if (held?.service !== service) return bad(412, 'no such subscription');
    if (wish.kind === 'end') {
      this.#remove(wish.sid);
      return { status: 200 };
    }
    held.subscription.renew(wish.seconds);
    return granted(wish.sid, wish.seconds);
  }

  async #subscribe(
    { response, request, link, remoteAddress }: Asked,
    service: ServiceName,
    { callback, seconds }: Extract<SubscribeRequest, { kind: 'new' }>,
  ): Promise<Answer | BadRequest> {
    const subscriber = { address: remoteAddress, link, ownPort: request.socket.localPort ?? 0 };
    const callbacks = parseCallbacks(callback, subscriber);
    if (!callbacks) return bad(412, 'CALLBACK is not in the network of the subscriber');
    const subscription = this.#add({ service, address: remoteAddress, callbacks, from: link.address });
    const { sid } = subscription;
    subscription.renew(seconds);
    // Read once changes are gathered for it: none falls between.
    const values = this.#valuesOf(service);
    // Who is told before the answer is there does not know what it is about, and refuses it.
    response.once('close', () => {
      if (!response.writableFinished) this.#remove(sid);
      else if (this.#held.has(sid)) this.#inBackground(values.then((properties) => subscription.begin(properties)));
    });
    try {
      await values;
    } catch (error) {
      this.#remove(sid);
      throw error;
    }
    return granted(sid, seconds);
  }

  #add({
    service,
    address,
    callbacks,
    from,
  }: Pick<Held, 'service' | 'address'> & { callbacks: readonly Callback[]; from: string }): Subscription {
    const ofAddress = [...this.#held].filter(([, held]) => held.address === address).map(([sid]) => sid);
    const tooMany = Math.max(0, ofAddress.length + 1 - MAX_OF_ADDRESS);
    for (const oldest of ofAddress.slice(0, tooMany)) this.#remove(oldest);
    if (this.#isStopped || this.#held.size >= MAX_SUBSCRIPTIONS) {
      throw new DomainError('unavailable', 'there are too many subscribers');
    }
    const changes = new LibraryChanges();
    const subscription: Subscription = new Subscription({
      callbacks,
      from,
      betweenChangesMs: BETWEEN_CHANGES_MS,
      takeChanges: () => changes.take(),
      onExpired: () => this.#remove(subscription.sid),
    });
    this.#held.set(subscription.sid, { service, address, subscription, changes });
    return subscription;
  }

  async #valuesOf(service: ServiceName): Promise<Properties> {
    if (service === 'connection-manager') {
      return { SourceProtocolInfo: sourceProtocolInfo(), SinkProtocolInfo: '', CurrentConnectionIDs: 0 };
    }
    if (service === 'receiver-registrar') {
      return {
        AuthorizationGrantedUpdateID: 0,
        AuthorizationDeniedUpdateID: 0,
        ValidationSucceededUpdateID: 0,
        ValidationRevokedUpdateID: 0,
      };
    }
    return { SystemUpdateID: unsigned(await this.#library.updateId()), ContainerUpdateIDs: '', TransferIDs: '' };
  }

  #remove(sid: string): void {
    this.#held.get(sid)?.subscription.end();
    this.#held.delete(sid);
  }

  #inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => this.#onFault(error));
  }
}

function granted(sid: string, seconds: number): Answer {
  return { status: 200, headers: { SID: sid, TIMEOUT: `Second-${seconds}` } };
}

function refuse({ remark }: Asked, { status, reason }: BadRequest): Answer {
  remark(reason);
  return { status };
}
