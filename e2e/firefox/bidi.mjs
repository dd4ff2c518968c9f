// Just enough of WebDriver BiDi (https://w3c.github.io/webdriver-bidi/) to look at one page in a Firefox that was installed
// by the system: Firefox speaks it over a WebSocket of its own, without a driver beside it.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';

const START_MS = 30_000;
const ANSWER_MS = 30_000;

/** @typedef {{ text: string, level: string }} LogEntry */
/** @typedef {{ open: (url: string) => Promise<void>, evaluate: (expression: string) => Promise<unknown>, log: LogEntry[], close: () => Promise<void> }} FirefoxPage */

/** @template T @param {Promise<T>} promise @param {number} milliseconds @param {string} what @returns {Promise<T>} */
const within = (promise, milliseconds, what) => {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took too long`)), milliseconds);
  });
  return Promise.race([promise, /** @type {Promise<never>} */ (late)]).finally(() => clearTimeout(timer));
};

/** @param {import('node:child_process').ChildProcess} child @returns {Promise<string>} where it listens */
const listening = (child) =>
  new Promise((resolve, reject) => {
    let printed = '';
    child.once('exit', (code) => reject(new Error(`Firefox ended with ${code}:\n${printed}`)));
    child.stderr?.on('data', (chunk) => {
      printed += chunk;
      const found = /WebDriver BiDi listening on (ws:\/\/[\d.:]+)/.exec(printed);
      if (found?.[1] !== undefined) resolve(found[1]);
    });
  });

/** @param {string} url */
const connect = async (url) => {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  /** @type {Map<number, (message: any) => void>} */
  const waiting = new Map();
  /** @type {LogEntry[]} */
  const log = [];
  socket.on('message', (data) => {
    const message = JSON.parse(String(data));
    if (message.method === 'log.entryAdded')
      log.push({ text: String(message.params.text), level: message.params.level });
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
  });
  let last = 0;
  /** @param {string} method @param {object} params @returns {Promise<any>} */
  const send = (method, params) => {
    const id = ++last;
    const answered = new Promise((resolve, reject) => {
      waiting.set(id, (message) =>
        message.type === 'error' ? reject(new Error(`${method}: ${message.message}`)) : resolve(message.result),
      );
    });
    socket.send(JSON.stringify({ id, method, params }));
    return within(answered, ANSWER_MS, method);
  };
  return { send, log, close: () => socket.close() };
};

/** Starts a Firefox with a profile of its own and opens one tab. @param {string} path @returns {Promise<FirefoxPage>} */
export const openFirefox = async (path) => {
  const profile = mkdtempSync(join(tmpdir(), 'terminfunk-firefox-'));
  const child = spawn(
    path,
    ['--headless', '--remote-debugging-port=0', '--profile', profile, '--no-remote', 'about:blank'],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        HOME: profile,
        LANG: 'de_DE.UTF-8',
        MOZ_HEADLESS_WIDTH: '390',
        MOZ_HEADLESS_HEIGHT: '844',
      },
    },
  );
  const end = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null && child.kill('SIGTERM'))
      await within(ended, 10_000, 'ending').catch(() => child.kill('SIGKILL'));
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const { send, log, close } = await connect(
      `${await within(listening(child), START_MS, 'starting Firefox')}/session`,
    );
    await send('session.new', { capabilities: {} });
    await send('session.subscribe', { events: ['log.entryAdded'] });
    const { context } = await send('browsingContext.create', { type: 'tab' });
    return {
      log,
      open: (url) => send('browsingContext.navigate', { context, url, wait: 'complete' }),
      evaluate: async (expression) => {
        const { type, result, exceptionDetails } = await send('script.evaluate', {
          expression,
          target: { context },
          awaitPromise: true,
        });
        if (type === 'exception') throw new Error(exceptionDetails.text);
        return result.value;
      },
      close: async () => {
        close();
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
};
