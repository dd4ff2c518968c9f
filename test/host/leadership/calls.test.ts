import { describe, expect, test } from 'vitest';
import type { OfferId, Plz } from '#core/brand.ts';
import type { NodeTopic, OfferDraft } from '#host/rpc/api.ts';
import { browser, openTab, outcome, store, tabs3 } from '#test/host/leadership/open-tabs.ts';

const REFUSED = { ok: false, code: 'not-found' };
const draft = (plz: string, id?: OfferId): OfferDraft => ({
  id,
  plz: plz as Plz,
  type: 'AKUT',
  verfahren: [],
  modalitaeten: [],
  kostentraeger: [],
  minutes: 50,
  ageGroup: 'ADULTS',
  series: false,
  codeRequired: false,
});

describe('calls', () => {
  test('a follower is answered by the leader, refusals as answers, bugs as rejections', async () => {
    const [, b] = await tabs3();
    const answered = outcome(b.node.cancel('r1'));
    const bug = outcome(b.node.places('bug'));
    await browser.pass(1);
    expect(answered.value).toEqual(REFUSED);
    expect(bug.value).toMatchObject({ name: 'CallError', failure: 'failed', message: /RangeError: a bug/ });
    expect(store.done).toEqual(['cancel r1']);
  });

  test('what is asked before anybody leads is done when somebody does', async () => {
    const tab = openTab('a', true);
    const answered = outcome(tab.node.cancel('r1'));
    await browser.pass(100);
    expect(answered.value).toEqual(REFUSED);
    expect(store.done).toEqual(['cancel r1']);
  });

  test.each(['close', 'freeze'] as const)('what the leader did not finish before its %s is done once', async (end) => {
    const [a, b, c] = await tabs3();
    a.nodes.hold();
    const mine = outcome(b.node.cancel('r1'));
    const theirs = outcome(c.node.cancel('r2'));
    await browser.pass(10);
    expect(store.asked).toHaveLength(2);
    a.realm[end]();
    await browser.pass(2_500);
    expect([mine.value, theirs.value]).toEqual([REFUSED, REFUSED]);
    expect([...store.done].sort()).toEqual(['cancel r1', 'cancel r2']);
    a.nodes.release();
    await browser.pass(10);
    expect(store.done).toHaveLength(2);
  });

  test("a leader's own calls are done by its successor when it is robbed", async () => {
    const [a] = await tabs3();
    a.nodes.hold();
    const answered = outcome(a.node.cancel('r1'));
    await browser.pass(10);
    a.realm.freeze();
    await browser.pass(3_000);
    a.nodes.release();
    a.realm.thaw();
    await browser.pass(1_000);
    expect(answered.value).toEqual(REFUSED);
    expect(store.done).toEqual(['cancel r1']);
  });

  test('a call that could be done twice is not repeated, and says so', async () => {
    const [a, b] = await tabs3();
    a.nodes.hold();
    const fresh = outcome(b.node.saveOffer(draft('80331')));
    const change = outcome(b.node.saveOffer(draft('10115', 2 as OfferId)));
    await browser.pass(10);
    a.realm.close();
    await browser.pass(10);
    expect(fresh.value).toMatchObject({ name: 'CallError', failure: 'interrupted' });
    expect(change.value).toEqual({ ok: false, code: 'wrong-state' });
    expect(store.asked).toEqual(['1: offer 80331', '1: offer 10115', '2: offer 10115']);
  });

  test('deleting everything is answered, and then the node begins anew', async () => {
    const [a, b, c] = await tabs3();
    const deleted = outcome(b.node.deleteEverything().then(() => 'deleted'));
    await browser.pass(1);
    expect(deleted.value).toBe('deleted');
    await browser.pass(1_000);
    expect([a, b, c].map(({ node }) => node.role())).toEqual(['following', 'leading', 'following']);
    expect(store.running).toEqual(new Set([2]));
  });

  test('nobody to answer: the call ends after twenty seconds', async () => {
    const [a, b] = await tabs3();
    a.nodes.hold();
    const answered = outcome(b.node.cancel('r1'));
    await browser.pass(19_000);
    expect(answered.value).toBeUndefined();
    await browser.pass(2_000);
    expect(answered.value).toMatchObject({ failure: 'timeout' });
  });

  test('at most 256 calls wait', async () => {
    const [a, b] = await tabs3();
    a.nodes.hold();
    const calls = Array.from({ length: 257 }, (_, index) => outcome(b.node.cancel(String(index))));
    await browser.pass(10);
    expect(calls.filter(({ value }) => value !== undefined)).toHaveLength(1);
    expect(calls[256]?.value).toMatchObject({ failure: 'overloaded' });
  });

  test('what is no message of ours, or of another version, is ignored', async () => {
    const [, b] = await tabs3();
    const stranger = browser.openRealm('stranger');
    const from = { version: 1, kind: 'call', term: 1, from: 'x', id: 1 };
    for (const data of [
      undefined,
      'beat',
      { kind: 'beat', term: 99, ready: true },
      { version: 2, kind: 'beat', term: 99, ready: true },
      { version: 1, kind: 'beat', term: '99', ready: true },
      { ...from, method: 'toString', args: [] },
      { ...from, method: 'cancel', args: 'r1' },
      { ...from, term: 99, method: 'cancel', args: ['r1'] },
      { version: 1, kind: 'answer', term: 1, to: 'b', id: 1, ok: false, error: { failure: 'odd', detail: '' } },
    ]) {
      stranger.channel.postMessage(data);
    }
    await browser.pass(1_000);
    expect(b.node.role()).toBe('following');
    expect(store.asked).toEqual([]);
  });

  test('a call with wrong arguments is a bug, not an action', async () => {
    await tabs3();
    const stranger = browser.openRealm('stranger');
    const heard: unknown[] = [];
    stranger.channel.addEventListener('message', ({ data }) => heard.push(data));
    stranger.channel.postMessage({ version: 1, kind: 'call', term: 1, from: 'x', id: 5, method: 'cancel', args: [7] });
    await browser.pass(1);
    expect(heard).toContainEqual(expect.objectContaining({ kind: 'answer', to: 'x', id: 5, ok: false }));
    expect(store.asked).toEqual([]);
  });
});

describe('topics', () => {
  test('every tab hears what changed, once, and everything when the leader changes', async () => {
    const [a, b, c] = await tabs3();
    const heard: NodeTopic[] = [];
    const leave = b.node.subscribe((topic) => heard.push(topic));
    a.nodes.tell('slots');
    await browser.pass(1);
    expect(heard).toEqual(['slots']);
    heard.length = 0;
    a.realm.close();
    await browser.pass(10);
    for (const topic of ['slots', 'requests', 'practice', 'inbox', 'status'] as const) expect(heard).toContain(topic);
    leave();
    heard.length = 0;
    b.nodes.tell('inbox');
    await browser.pass(1);
    expect(heard).toEqual([]);
    expect(c.node.role()).toBe('following');
  });
});
