import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import type { PageWorld } from '../../support/web-page.ts';
import { median, type Figure } from './budget.ts';

const VERSION = '13.5.0';
const EXECUTABLE = '/usr/bin/chromium';
const ROUNDS = 3;
const run = promisify(execFile);

interface Report {
  readonly finalDisplayedUrl: string;
  readonly categories: Readonly<Record<'performance' | 'accessibility', { readonly score: number }>>;
}

/** Lighthouse as for a phone, on the login and on the page of somebody who is signed in. It stays out of the project's own packages. */
export async function measureByLighthouse(world: PageWorld): Promise<Figure[]> {
  const program = await install();
  const profile = await mkdtemp(join(tmpdir(), 'nosocial-lighthouse-profile-'));
  // Cookies as a header would not do: the page renews its session, and has other ones from then on.
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: EXECUTABLE,
    args: ['--remote-debugging-port=0', '--no-proxy-server', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    viewport: null,
  });
  try {
    const [port = ''] = (await readFile(join(profile, 'DevToolsActivePort'), 'utf8')).split('\n');
    const login = await judge(program, world, '/login', port);
    await browser.request.post(`${world.server.url}/api/v1/session`, {
      headers: { 'x-requested-with': 'bench', origin: world.server.url },
      data: { name: 'ann', password: world.passwordOf('ann') },
    });
    return [...login, ...(await judge(program, world, '/files', port))];
  } finally {
    await browser.close();
    await rm(profile, { recursive: true, force: true });
  }
}

async function install(): Promise<string> {
  const folder = join(tmpdir(), `nosocial-lighthouse-${VERSION}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"private":true}');
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', `lighthouse@${VERSION}`];
  await run('npm', args, { cwd: folder, shell: process.platform === 'win32' });
  return join(folder, 'node_modules/lighthouse/cli/index.js');
}

async function judge(program: string, world: PageWorld, path: string, port: string): Promise<Figure[]> {
  const reports: Report[] = [];
  while (reports.length < ROUNDS) {
    const file = join(tmpdir(), `nosocial-lighthouse-${process.pid}.json`);
    const args = [program, world.server.url + path, '--quiet', '--output=json', `--output-path=${file}`];
    await run(process.execPath, [...args, '--only-categories=performance,accessibility', `--port=${port}`]);
    const report = JSON.parse(await readFile(file, 'utf8')) as Report;
    await rm(file);
    const { pathname } = new URL(report.finalDisplayedUrl);
    if (pathname !== path) throw new Error(`Lighthouse was led from ${path} to ${pathname}`);
    reports.push(report);
  }
  return (['performance', 'accessibility'] as const).map((name) => ({
    what: `Lighthouse, mobile, ${name} of ${path}, median`,
    value: median(reports.map(({ categories }) => categories[name].score * 100)),
    unit: '',
    atLeast: 95,
  }));
}
