/** What an answer that is not the wanted one means, in words for the person who asked. */

/** An answer, as far as the words need it. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** The beginning of the content of an answer that is a refusal, else ''. */
  readonly text: string;
  /** The browser was sent elsewhere and did not go. */
  readonly isRedirect: boolean;
}

/** Why a step did not succeed. After one that `endsAll` no other step can tell more. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly endsAll: boolean;

  constructor(message: string, { endsAll = false }: { endsAll?: boolean } = {}) {
    super(message);
    this.endsAll = endsAll;
  }
}

/** Whether nosocial itself refused: its words are plain text or XML, those of proxies are pages. */
export function isOwnRefusal({ status, headers, text }: Reply): boolean {
  const type = headers.get('content-type') ?? '';
  if (status === 401) return (headers.get('www-authenticate') ?? '').includes('realm="nosocial"');
  if (status === 405 && (headers.get('allow') ?? '').includes('PROPFIND')) return true;
  if (type.startsWith('application/xml')) return text.includes('DAV:');
  return type.startsWith('text/plain') && headers.get('x-content-type-options') === 'nosniff';
}

/** `method` as it was sent, `what` the step was to do. */
export function problemOf(method: string, reply: Reply): Problem {
  if (reply.isRedirect) {
    return ends(
      `Something before nosocial sends ${method} requests on to another address. Network drives do not follow: open ` +
        'this page at the address where you end up, and use that one.',
    );
  }
  const words = isOwnRefusal(reply) ? OWN[reply.status] : FOREIGN[reply.status];
  return words?.(reply, method) ?? otherProblem(method, reply);
}

function otherProblem(method: string, reply: Reply): Problem {
  if (isOwnRefusal(reply) && reply.status >= 500) {
    return new Problem(`nosocial failed (status ${reply.status}); its log says why.`);
  }
  if (reply.status >= 200 && reply.status < 300) {
    return new Problem(
      `${method} was answered with status ${reply.status}, but not by WebDAV: something before nosocial answers itself.`,
    );
  }
  return new Problem(`${method} was answered with status ${reply.status}, which was not expected.`);
}

function ends(words: string): Problem {
  return new Problem(words, { endsAll: true });
}

type Words = (reply: Reply, method: string) => Problem;

/** What nosocial itself says. */
const OWN: Readonly<Record<number, Words>> = {
  400: ({ text }) =>
    new Problem(
      `nosocial could not understand the request: ${firstLine(text)}. Something on the way changes or drops headers.`,
    ),
  401: ({ text }) =>
    text.includes('are needed')
      ? ends(
          'Name and password did not arrive: something before nosocial removes the Authorization header. It must be ' +
            'passed on, at least for /dav/.',
        )
      : ends('The name or the password is wrong, or the user is disabled.'),
  403: () => new Problem('nosocial does not allow it: this user may not do that here.'),
  404: () => new Problem('nosocial answered, but what was written a moment ago is not there.'),
  405: (_reply, method) =>
    new Problem(`${method} arrived, but nosocial did not find what it is for: something on the way changes paths.`),
  423: () =>
    new Problem(
      'The file counts as locked by somebody else: something on the way removes the If header, by which programs show ' +
        'that the lock is theirs.',
    ),
  429: ({ headers }) =>
    ends(
      `Too many wrong attempts: nosocial does not listen to more${waiting(headers)}. Wait, then use the right password.`,
    ),
  502: () =>
    new Problem(
      'nosocial took the destination for another server: the proxy before it changes the host. Let it pass the Host ' +
        'header on unchanged, or set publicUrl in nosocial’s configuration to the address in the address bar.',
    ),
  503: ({ headers }) =>
    ends(
      `nosocial runs, but its database or a disk does not answer, or it is very busy${waiting(headers)}. On the server, ` +
        '“nosocial doctor” says which.',
    ),
  507: ({ text }) =>
    new Problem(
      text.includes('sufficient-disk-space')
        ? 'No disk of the server has room left.'
        : 'The quota of this user is used up. Delete something, or ask for more.',
    ),
};

const refusedMethod: Words = ({ status }, method) =>
  new Problem(
    `Something between this browser and nosocial refuses ${method} (status ${status}): a proxy, a firewall or a ` +
      'security product. Allow all WebDAV methods for /dav/.',
  );

const tooLarge: Words = () =>
  new Problem(
    'A proxy before nosocial does not let content of this size through. Raise its limit (nginx: client_max_body_size 0).',
  );

const notReached: Words = ({ status }) =>
  ends(`A proxy answers, but does not reach nosocial (status ${status}). Is it running, and at that port?`);

/** What something else says, in place of nosocial. */
const FOREIGN: Readonly<Record<number, Words>> = {
  400: refusedMethod,
  401: () =>
    ends(
      'Something before nosocial asks for a password of its own. A network drive can give one password only: turn that ' +
        'off for /dav/.',
    ),
  403: refusedMethod,
  404: (_reply, method) =>
    new Problem(
      `Not nosocial, but something before it answered ${method} with “not found”. A proxy must pass all paths on, /dav/ ` +
        'included.',
    ),
  405: refusedMethod,
  411: tooLarge,
  413: tooLarge,
  429: ({ headers }) => ends(`A proxy before nosocial limits the number of requests${waiting(headers)}.`),
  501: refusedMethod,
  502: notReached,
  503: notReached,
  504: notReached,
};

function waiting(headers: Headers): string {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  if (!Number.isFinite(seconds) || seconds <= 0) return '';
  return seconds > 90 ? `, for ${Math.ceil(seconds / 60)} minutes` : `, for ${seconds} seconds`;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.slice(0, 200) ?? '';
}

/** A request that got no answer at all: the browser does not say why. */
export function unreachable(method: string): Problem {
  return ends(
    `${method} got no answer: the server cannot be reached, the connection was cut, or something on the way does not ` +
      'know this method.',
  );
}

export function tooSlow(method: string, seconds: number): Problem {
  return ends(`${method} got no answer within ${seconds} seconds.`);
}
