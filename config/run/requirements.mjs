// What a suite may ask of the machine, and how it is found out or put there.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { IN_OWN_NETWORK } from './run-suite.mjs';

const isRoot = () => process.getuid?.() === 0;

/** The words of `needs` in test/suites.mjs: each gives the reason why the suite cannot run, or undefined. */
const NEEDS = {
  root: () => (isRoot() ? undefined : 'needs root'),
  fuse: () => (canOpen('/dev/fuse') ? undefined : 'needs /dev/fuse'),
  loop: () => (canOpen('/dev/loop-control') ? undefined : 'needs loop devices'),
  network: () => (canHaveOwnNetwork() ? undefined : 'needs a network and mounts of its own'),
  registry: () => (answersRegistry() ? undefined : 'needs an npm registry that answers'),
};

/** Why the machine cannot run the suite; undefined when it can. */
export function obstacle(suite) {
  const missing = missingPackages(suite);
  if (missing.length > 0) return `needs the Debian packages ${missing.join(' ')}`;
  for (const need of suite.needs ?? []) {
    if (NEEDS[need] === undefined) return `asks for "${need}", which requirements.mjs does not know`;
    const reason = NEEDS[need]();
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Installs what the suites lack, when this process may; what then still lacks is told by `obstacle`. */
export function installPackages(suites) {
  const missing = [...new Set(suites.flatMap(missingPackages))];
  if (missing.length === 0 || !isRoot() || !isOnPath('apt-get')) return;
  console.log(`installing Debian packages: ${missing.join(' ')}…`);
  if (aptInstall(missing)) return;
  apt('update');
  if (aptInstall(missing)) return;
  // One package that the machine's sources do not have must not keep back the others.
  for (const suite of suites) aptInstall(missingPackages(suite));
}

function aptInstall(packages) {
  return packages.length === 0 || apt('install', '--yes', '--no-install-recommends', ...packages);
}

function apt(...args) {
  const result = spawnSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=300', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
  if (result.status !== 0) console.log(`apt-get ${args[0]}: ${result.stderr?.trim() ?? result.error}`);
  return result.status === 0;
}

function missingPackages({ packages = [] }) {
  if (packages.length === 0) return [];
  if (!isOnPath('dpkg-query')) return packages;
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f=${db:Status-Status} ${Package}\n', ...packages], {
    encoding: 'utf8',
  });
  const installed = new Set(stdout.split('\n').filter((line) => line.startsWith('installed ')));
  return packages.filter((name) => !installed.has(`installed ${name}`));
}

function isOnPath(command) {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return folders.some((folder) => fs.existsSync(path.join(folder, command)));
}

function canOpen(file) {
  try {
    fs.closeSync(fs.openSync(file, 'r+'));
    return true;
  } catch {
    return false;
  }
}

function canHaveOwnNetwork() {
  const [command, ...args] = [...IN_OWN_NETWORK, 'true'];
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

let registryAnswers;

function answersRegistry() {
  registryAnswers ??= spawnSync('npm', ['view', 'mocha', 'name'], { timeout: 30_000 }).status === 0;
  return registryAnswers;
}
