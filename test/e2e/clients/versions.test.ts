import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { run } from '../../support/processes.ts';

/** How each client of the suite says which version it is. What some are, only their packages know. */
const VERSIONS: Record<string, { words: readonly string[]; pattern: RegExp }> = {
  cadaver: { words: ['cadaver', '--version'], pattern: /cadaver (\S+)/ },
  curl: { words: ['curl', '--version'], pattern: /curl (\S+)/ },
  davfs2: { words: ['mount.davfs', '--version'], pattern: /davfs2 (\S+)/ },
  gvfs: { words: ['dpkg-query', '-W', '-f=${Version}', 'gvfs'], pattern: /^([\d.]+)/ },
  kio: { words: ['dpkg-query', '-W', '-f=${Version}', 'kio'], pattern: /^([\d.]+)/ },
  rclone: { words: ['rclone', 'version'], pattern: /rclone v([\d.]+)/ },
  easywebdav: { words: ['dpkg-query', '-W', '-f=${Version}', 'python3-easywebdav'], pattern: /^([\d.]+)/ },
  webdavclient3: { words: ['dpkg-query', '-W', '-f=${Version}', 'python3-webdavclient'], pattern: /^([\d.]+)/ },
};

describe('the clients of this suite', () => {
  it('say their versions, for the table in the README', async () => {
    const found: Record<string, string> = {};
    for (const [name, { words, pattern }] of Object.entries(VERSIONS)) {
      const { stdout, stderr } = await run(words[0]!, words.slice(1));
      const version = pattern.exec(stdout + stderr)?.[1];
      assert.ok(version, `${name} says: ${stdout}${stderr}`);
      found[name] = version;
    }
    const manifest = new URL('../../../node_modules/webdav/package.json', import.meta.url);
    found['webdav'] = (JSON.parse(await readFile(manifest, 'utf8')) as { version: string }).version;
    console.log(`  tested clients: ${JSON.stringify(found)}`);
  });
});
