// Puts a fresh checkout in working order: the right Node, the dependencies of the lock file, a Chromium and a Firefox for the tests.
// Imports nothing but Node's own modules, because it runs before there are others.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { findChromium } from './chromium.mjs';
import { findFirefox } from './firefox.mjs';
import { ROOT } from './source-hash.mjs';

const OLDEST_NODE = [20, 19];

/** Runs a command with its output shown. @param {string} command @param {string[]} args @returns {boolean} */
const run = (command, args) => {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit' });
  return error === undefined && status === 0;
};

/** @param {string} path @returns {Record<string, { version?: string, optional?: boolean, devOptional?: boolean }>} */
const packagesOf = (path) => JSON.parse(readFileSync(path, 'utf8')).packages;

/** True when every package that the lock file wants is there in that version; optional ones may be missing. */
const isInstalled = () => {
  const installed = join(ROOT, 'node_modules/.package-lock.json');
  if (!existsSync(installed)) return false;
  const there = packagesOf(installed);
  return Object.entries(packagesOf(join(ROOT, 'package-lock.json'))).every(([path, wanted]) => {
    if (path === '') return true;
    const found = there[path];
    return found === undefined ? wanted.optional || wanted.devOptional : found.version === wanted.version;
  });
};

const checkNode = () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  console.error(`Node ${OLDEST_NODE.join('.')} or newer is needed; this is ${process.versions.node}.`);
  process.exit(1);
};

/** Installs what the lock file names, unless it is there already. Ends the process when that fails. */
export const installDependencies = () => {
  checkNode();
  if (isInstalled()) return;
  console.log('Installing the dependencies of package-lock.json …');
  if (run('npm', ['ci'])) return;
  console.error('`npm ci` failed. Is the npm registry reachable?');
  process.exit(1);
};

/** @type {readonly { name: string, debian: string, variable: string, find: () => string | undefined }[]} */
const BROWSERS = [
  { name: 'Chromium', debian: 'chromium', variable: 'CHROMIUM', find: findChromium },
  { name: 'Firefox', debian: 'firefox-esr', variable: 'FIREFOX', find: findFirefox },
];

/** Finds the browsers for the tests, or installs Debian's when that is possible. Says which are missing in the end. */
export const installBrowsers = () => {
  const missing = BROWSERS.filter(({ find }) => find() === undefined);
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (missing.length > 0 && mayInstall) {
    console.log(`Installing ${missing.map(({ name }) => name).join(' and ')} for the browser tests …`);
    run('apt-get', ['update', '-qq']);
    for (const { debian } of missing) run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', debian]);
  }
  for (const { name, variable, find } of BROWSERS) {
    if (find() !== undefined) continue;
    console.error(`No ${name} found for the browser tests: install one, or set ${variable} to its path.`);
  }
};
