import { describe, expect, test } from 'vitest';
import type { NodeClient, NodeTopic } from '#host/rpc/api.ts';
import { createNodeClient } from '#host/rpc/client.ts';
import { createApi, type Method } from '#host/rpc/methods.ts';
import { serveNodeApi } from '#host/rpc/server.ts';
import type { MessageEndpoint, MessageListener } from '#ports/message-endpoint.ts';
import { createFakeBrowser } from '#test/fake-browser.ts';

/** Two connected ends that clone, as a Worker and its scope do. */
const createPair = (): [MessageEndpoint, MessageEndpoint] => {
  const sides = [new Set<MessageListener>(), new Set<MessageListener>()] as const;
  const end = (own: Set<MessageListener>, other: Set<MessageListener>): MessageEndpoint => ({
    postMessage: (value) => {
      const data: unknown = structuredClone(value);
      queueMicrotask(() => {
        for (const listener of other) listener({ data });
      });
    },
    addEventListener: (_type, listener) => own.add(listener),
    removeEventListener: (_type, listener) => own.delete(listener),
  });
  return [end(sides[0], sides[1]), end(sides[1], sides[0])];
};

const setUp = (answer: (method: Method, args: readonly unknown[]) => Promise<unknown>) => {
  const browser = createFakeBrowser();
  const [window, worker] = createPair();
  const asked: [Method, readonly unknown[]][] = [];
  const listeners = new Set<(topic: NodeTopic) => void>();
  const seen: boolean[] = [];
  const node = {
    ...createApi((method, args) => {
      asked.push([method, args]);
      return answer(method, args) as never;
    }),
    subscribe: (listener: (topic: NodeTopic) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    setVisible: (visible: boolean) => void seen.push(visible),
  };
  const stop = serveNodeApi(worker, node);
  const client = createNodeClient(window, browser.openRealm('window').clock);
  return { browser, window, worker, asked, listeners, seen, stop, client };
};

const CALLS: { readonly [M in Method]: [Parameters<NodeClient[M]>, unknown] } = (() => {
  const refused = { ok: false, code: 'not-found' };
  // What the arguments hold is not the transport's business: records stand for all of them.
  const record = {} as never;
  const n = 3 as never;
  return {
    board: [[], { kind: 'none' }],
    lookForBoard: [[], refused],
    boardChannel: [[], undefined],
    tuneBoard: [[record], refused],
    listenAround: [[record], refused],
    sendRadioCheck: [[], refused],
    askStations: [[record, n], refused],
    stationAnswer: [['name'], { came: 2, fresh: 1 }],
    search: [[record], { total: 0 }],
    freeAreas: [[record], { kind: 'regions', regions: [] }],
    slot: [[record], undefined],
    shareSlot: [[record], { ok: true, value: { full: 'A', brief: 'B' } }],
    openShared: [['A'], refused],
    places: [['803'], []],
    reserve: [[record], { ok: true, value: {} }],
    cancel: [['r'], refused],
    forgetRequest: [['r'], { ok: true, value: null }],
    requests: [[], []],
    wishes: [[], { current: undefined, waiting: [], passed: [] }],
    addWish: [[record], refused],
    reorderWishes: [[['w']], refused],
    dropWish: [['w'], { ok: true, value: null }],
    alerts: [[], []],
    keepAlert: [[record], refused],
    seeAlert: [['a'], { ok: true, value: null }],
    dropAlert: [['a'], { ok: true, value: null }],
    restoreAlert: [['a'], refused],
    reserveWithCode: [[record], { ok: true, value: { requestId: 'r' } }],
    pickUp: [[record], refused],
    forgetGuests: [[], { ok: true, value: null }],
    showSealed: [['r'], { ok: true, value: '6F7' }],
    takeBrought: [['6F7'], { ok: true, value: 'taken' }],
    practice: [[], undefined],
    newWords: [[], 'words'],
    createPractice: [[record], refused],
    saveProfile: [[record], refused],
    importCredential: [['text'], refused],
    saveOffer: [[record], refused],
    addSlots: [[n, [n]], refused],
    withdrawOffer: [[n], refused],
    changeCalendar: [[{} as never], { ok: true, value: null }],
    decide: [[record], refused],
    undo: [['held'], { ok: true, value: null }],
    acknowledge: [['r'], { ok: true, value: null }],
    blockSender: [['r'], { ok: true, value: null }],
    unblockSender: [['00000000000000f1'], { ok: true, value: null }],
    blockedSenders: [[], []],
    practiceStatistics: [[], []],
    forgetStatistics: [[], { ok: true, value: null }],
    saveBackup: [[], { ok: true, value: new Uint8Array() }],
    readBackup: [[new Uint8Array(), ''], { ok: true, value: {} }],
    takeBackup: [[new Uint8Array()], { ok: true, value: null }],
    inbox: [[], []],
    status: [[], { role: 'leading' }],
    attend: [[], { ok: true, value: null }],
    resume: [[], { ok: true, value: null }],
    addRelay: [['https://relay.example'], refused],
    removeRelay: [['https://relay.example'], refused],
    diagnostics: [[], {}],
    send: [['00'.repeat(16) as never, Uint8Array.of(1)], { ok: true, value: 'id' }],
    broadcast: [[Uint8Array.of(1)], refused],
    trace: [['00'.repeat(16) as never], refused],
    mesh: [[], { counts: {} }],
    messages: [[], []],
    deleteEverything: [[], undefined],
  };
})();

describe('a call from window to worker', () => {
  test('every method arrives with its arguments and brings its answer back', async () => {
    const { client, asked } = setUp(async (method) => CALLS[method][1]);
    const callers: Record<Method, unknown> = client;
    for (const [method, [args, answer]] of Object.entries(CALLS)) {
      const caller = callers[method as Method];
      if (typeof caller !== 'function') throw new Error(method);
      expect(await caller(...args)).toEqual(answer);
      expect(asked.at(-1)).toEqual([method, args]);
    }
    expect(asked).toHaveLength(Object.keys(CALLS).length);
  });

  test('answers find their calls, in whatever order they come', async () => {
    const waiting: (() => void)[] = [];
    const { client } = setUp((_method, [text]) => new Promise((done) => waiting.unshift(() => done([text]))));
    const answers = [client.places('a'), client.places('b'), client.places('c')];
    await Promise.resolve();
    await Promise.resolve();
    for (const done of waiting) done();
    expect(await Promise.all(answers)).toEqual([['a'], ['b'], ['c']]);
  });

  test('a bug in the node rejects with its message, and so does an answer of another shape', async () => {
    const { client } = setUp(async (method) => {
      if (method === 'cancel') throw new RangeError('beyond');
      return 'not a list';
    });
    await expect(client.cancel('r')).rejects.toMatchObject({ failure: 'failed', message: /RangeError: beyond/ });
    await expect(client.requests()).rejects.toMatchObject({ failure: 'failed' });
  });

  test('without an answer it ends after thirty seconds; the late answer is ignored', async () => {
    let answer = (_value: unknown): void => undefined;
    const { client, browser } = setUp(() => new Promise((done) => (answer = done)));
    const call = client.inbox();
    const ended = expect(call).rejects.toMatchObject({ failure: 'timeout' });
    await browser.pass(30_000);
    await ended;
    answer([]);
    await browser.pass(1);
  });

  test('at most 1,024 wait', async () => {
    const { client } = setUp(() => new Promise(() => undefined));
    for (let call = 0; call < 1_024; call++) void client.inbox().catch(() => undefined);
    await expect(client.inbox()).rejects.toMatchObject({ failure: 'overloaded' });
  });

  test('a worker that is gone fails what waits and what comes', async () => {
    const { client } = setUp(() => new Promise(() => undefined));
    const waiting = client.inbox();
    client.fail('the worker stopped');
    await expect(waiting).rejects.toMatchObject({ failure: 'stopped' });
    await expect(client.status()).rejects.toMatchObject({ failure: 'stopped' });
  });

  test('what is no message of ours changes nothing, at either end', async () => {
    const { client, window, worker, asked, browser } = setUp(async () => []);
    for (const data of [
      null,
      1,
      'x',
      [],
      {},
      { kind: 'call' },
      { kind: 'call', id: 1, method: 'constructor', args: [] },
    ]) {
      window.postMessage(data);
      worker.postMessage(data);
    }
    worker.postMessage({ kind: 'answer', id: 77, ok: true, value: 1 });
    worker.postMessage({ kind: 'answer', id: 1, ok: 'yes' });
    worker.postMessage({ kind: 'topic', topic: 'everything' });
    await browser.pass(1);
    expect(asked).toEqual([]);
    expect(await client.requests()).toEqual([]);
  });
});

describe('topics and visibility', () => {
  test('a subscriber hears topics until it leaves; stopping ends both', async () => {
    const { client, listeners, browser, stop } = setUp(async () => []);
    const heard: NodeTopic[] = [];
    const leave = client.subscribe((topic) => heard.push(topic));
    for (const listener of listeners) listener('inbox');
    await browser.pass(1);
    leave();
    for (const listener of listeners) listener('slots');
    await browser.pass(1);
    expect(heard).toEqual(['inbox']);
    stop();
    expect(listeners.size).toBe(0);
  });

  test('the same function may subscribe twice and leave once', async () => {
    const { client, listeners, browser } = setUp(async () => []);
    let heard = 0;
    const listener = (): number => heard++;
    const leave = client.subscribe(listener);
    client.subscribe(listener);
    leave();
    for (const tell of listeners) tell('status');
    await browser.pass(1);
    expect(heard).toBe(1);
  });

  test('the worker learns whether its window is seen', async () => {
    const { client, seen, browser } = setUp(async () => []);
    client.setVisible(true);
    client.setVisible(false);
    await browser.pass(1);
    expect(seen).toEqual([true, false]);
  });
});
