import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PageWorld } from '../../support/web-page.ts';
import type { Figure } from './budget.ts';

const VERSION = '13.5.0';
const run = promisify(execFile);

/** Lighthouse as for a phone, on the page of somebody who is signed in and on the login. It stays out of the project's own packages. */
export async function measureByLighthouse(world: PageWorld): Promise<Figure[]> {
  const program = await install();
  const { page, close } = await world.open('ann', '/files');
  const cookies = await page.context().cookies(world.server.url);
  await close();
  const headers = join(tmpdir(), `nosocial-lighthouse-headers-${process.pid}.json`);
  await writeFile(headers, JSON.stringify({ Cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') }));
  return [
    ...(await judge(program, world, '/login', [])),
    ...(await judge(program, world, '/files', [`--extra-headers=${headers}`])),
  ];
}

async function install(): Promise<string> {
  const folder = join(tmpdir(), `nosocial-lighthouse-${VERSION}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"private":true}');
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', `lighthouse@${VERSION}`];
  await run('npm', args, { cwd: folder, shell: process.platform === 'win32' });
  return join(folder, 'node_modules/lighthouse/cli/index.js');
}

async function judge(program: string, world: PageWorld, path: string, more: readonly string[]): Promise<Figure[]> {
  const report = join(tmpdir(), `nosocial-lighthouse-${process.pid}.json`);
  const sandbox = process.getuid?.() === 0 ? ' --no-sandbox' : '';
  const args = [program, world.server.url + path, '--quiet', '--output=json', `--output-path=${report}`];
  const chosen = ['--only-categories=performance,accessibility', `--chrome-flags=--headless=new${sandbox}`, ...more];
  await run(process.execPath, [...args, ...chosen], { env: { ...process.env, CHROME_PATH: '/usr/bin/chromium' } });
  const { categories } = JSON.parse(await readFile(report, 'utf8')) as {
    categories: Record<'performance' | 'accessibility', { score: number }>;
  };
  return (['performance', 'accessibility'] as const).map((name) => ({
    what: `Lighthouse, mobile, ${name} of ${path}`,
    value: categories[name].score * 100,
    unit: '',
    atLeast: 95,
  }));
}
