import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { LinkFollower, type LinkFollowerOptions } from '../../src/lib/link-follower.ts';

const LOOK_MS = 3000;

interface Link {
  readonly name: string;
  readonly address: string;
}

describe('what is kept open for each network', () => {
  let links: Map<string, Link>;
  let done: string[];
  let follower: LinkFollower<Link, string>;
  /** Links that cannot be opened. */
  let broken: Set<string>;

  function follow(more: Partial<LinkFollowerOptions<Link, string>> = {}): void {
    follower = new LinkFollower<Link, string>({
      links: () => links,
      open: async ({ name, address }) => {
        if (broken.has(name)) throw new Error(`no ${name}`);
        done.push(`open ${name} ${address}`);
        return name;
      },
      close: async (name, now) => void done.push(`close ${name}${now ? ` for ${now.address}` : ''}`),
      onProblem: ({ link, error }) => void done.push(`problem ${link?.name ?? ''} ${String(error)}`),
      ...more,
    });
    follower.start();
  }

  /** The next look, and what comes of it. */
  async function look(afterMs = LOOK_MS): Promise<string[]> {
    mock.timers.tick(afterMs);
    await follower.settled();
    return done.splice(0);
  }

  function setLinks(...addresses: string[]): void {
    links = new Map(addresses.map((address, index) => [`net${index}`, { name: `net${index}`, address }]));
  }

  beforeEach(() => {
    mock.timers.enable({ apis: ['setInterval', 'Date'], now: 1_700_000_000_000 });
    [done, broken] = [[], new Set()];
    setLinks('10.0.0.1', '10.1.0.1');
  });

  afterEach(async () => {
    await follower.stop();
    mock.timers.reset();
  });

  it('is opened once, and closed at the end', async () => {
    follow();
    assert.deepEqual(await look(0), ['open net0 10.0.0.1', 'open net1 10.1.0.1']);
    assert.deepEqual(await look(), []);
    assert.deepEqual(follower.opened, ['net0', 'net1']);
    await follower.stop();
    assert.deepEqual(done, ['close net0', 'close net1']);
    assert.deepEqual(follower.opened, []);
  });

  it('follows what comes, goes and changes', async () => {
    follow();
    await look(0);
    setLinks('10.0.0.2');
    assert.deepEqual(await look(), ['close net0 for 10.0.0.2', 'close net1', 'open net0 10.0.0.2']);
    setLinks('10.0.0.2', '10.1.0.1');
    assert.deepEqual(await look(), ['open net1 10.1.0.1']);
  });

  it('is opened anew after the machine slept', async () => {
    follow();
    await look(0);
    mock.timers.setTime(1_700_000_000_000 + 60_000);
    const want = ['close net0 for 10.0.0.1', 'close net1 for 10.1.0.1', 'open net0 10.0.0.1', 'open net1 10.1.0.1'];
    assert.deepEqual(await look(), want);
    assert.deepEqual(await look(), []);
  });

  it('is woken after the machine slept where that can be, and else opened anew', async () => {
    const wake = async (name: string): Promise<void> => {
      done.push(`wake ${name}`);
      if (name === 'net1') throw new Error('no socket');
    };
    follow({ wake });
    await look(0);
    mock.timers.setTime(1_700_000_000_000 + 60_000);
    const want = ['wake net0', 'wake net1', 'close net1 for 10.1.0.1', 'open net1 10.1.0.1'];
    assert.deepEqual(await look(), want);
  });

  it('is tried again now and then where it fails, which is told once', async () => {
    broken.add('net1');
    follow();
    assert.deepEqual(await look(0), ['open net0 10.0.0.1', 'problem net1 Error: no net1']);
    for (let quiet = 0; quiet < 30; quiet++) assert.deepEqual(await look(), []);
    broken.clear();
    const looks = [];
    for (let more = 0; more < 21; more++) looks.push(...(await look()));
    assert.deepEqual(looks, ['open net1 10.1.0.1']);
  });

  it('is tried at once when it comes back', async () => {
    broken.add('net1');
    follow();
    await look(0);
    setLinks('10.0.0.1');
    assert.deepEqual(await look(), []);
    broken.clear();
    setLinks('10.0.0.1', '10.1.0.1');
    assert.deepEqual(await look(), ['open net1 10.1.0.1']);
  });

  it('lives through a system that tells nothing, and through a close that fails', async () => {
    let isSilent = true;
    follow({
      links: () => {
        if (isSilent) throw new Error('not allowed');
        return links;
      },
      close: async () => {
        throw new Error('stuck');
      },
    });
    assert.deepEqual(await look(0), ['problem  Error: not allowed']);
    assert.deepEqual(await look(), []);
    isSilent = false;
    assert.deepEqual(await look(), ['open net0 10.0.0.1', 'open net1 10.1.0.1']);
    setLinks('10.0.0.1');
    assert.deepEqual(await look(), []);
    assert.deepEqual(follower.opened, ['net0']);
  });
});
