import { describe, expect, test } from 'vitest';
import { browser, openTab, outcome, roles, store, tabs3 } from '#test/host/leadership/open-tabs.ts';

describe('who leads', () => {
  test('the first tab leads, the others follow and say so', async () => {
    const [a, b, c] = await tabs3();
    expect(roles(a, b, c)).toEqual(['leading', 'following', 'following']);
    expect(store.running).toEqual(new Set([1]));
    expect(await a.node.status()).toMatchObject({ role: 'leading', slots: 3 });
    const status = outcome(b.node.status());
    await browser.pass(1);
    expect(status.value).toMatchObject({ role: 'following', slots: 3 });
  });

  test('nobody takes over while the leader beats, for an hour', async () => {
    const [a, b, c] = await tabs3();
    await browser.pass(3_600_000);
    expect(roles(a, b, c)).toEqual(['leading', 'following', 'following']);
    expect(store.term).toBe(1);
  });

  test('when the leader closes, the next in line leads at once', async () => {
    const [a, b, c] = await tabs3();
    a.realm.close();
    await browser.pass(1);
    expect(roles(b, c)).toEqual(['leading', 'following']);
    expect(store.term).toBe(2);
  });

  test('when the leader freezes, a visible follower leads within two seconds, and one alone', async () => {
    const [a, b, c] = await tabs3();
    await browser.pass(137);
    a.realm.freeze();
    await browser.pass(2_000);
    const after = roles(b, c).sort();
    expect(after).toEqual(['following', 'leading']);
    await browser.pass(60_000);
    expect(roles(b, c).sort()).toEqual(['following', 'leading']);
  });

  test('while nobody looks, a frozen leader stays; the first tab that is looked at leads at once', async () => {
    const a = openTab('a');
    await browser.pass(50);
    const b = openTab('b');
    await browser.pass(50);
    a.realm.freeze();
    await browser.pass(60_000);
    expect(b.node.role()).toBe('following');
    b.node.setVisible(true);
    await browser.pass(1);
    expect(b.node.role()).toBe('leading');
  });

  test('a leader that thaws stops its node and follows', async () => {
    const [a, b, c] = await tabs3();
    a.realm.freeze();
    await browser.pass(3_000);
    a.realm.thaw();
    await browser.pass(600);
    expect(a.node.role()).toBe('following');
    expect([b, c].filter(({ node }) => node.role() === 'leading')).toHaveLength(1);
    expect(store.running).toEqual(new Set([store.term]));
    await browser.pass(60_000);
    expect(a.node.role()).toBe('following');
  });

  test('a follower that was frozen itself does not mistake that for the silence of the leader', async () => {
    const [a, b] = await tabs3();
    b.realm.freeze();
    await browser.pass(30_000);
    b.realm.thaw();
    await browser.pass(5_000);
    expect(roles(a, b)).toEqual(['leading', 'following']);
    expect(store.term).toBe(1);
  });

  test('when the lock falls to a frozen tab, a visible one takes it', async () => {
    const [a, b, c] = await tabs3();
    b.realm.freeze();
    a.realm.close();
    await browser.pass(1);
    expect(browser.lockHolder()).toBe('b');
    await browser.pass(2_000);
    expect(c.node.role()).toBe('leading');
    b.realm.thaw();
    await browser.pass(2_000);
    expect(roles(b, c)).toEqual(['following', 'leading']);
  });

  test('a stopped tab hands over and stays out', async () => {
    const [a, b, c] = await tabs3();
    await a.node.stop();
    await browser.pass(1);
    expect(roles(b, c)).toEqual(['leading', 'following']);
    await expect(a.node.requests()).rejects.toMatchObject({ failure: 'stopped' });
    await b.node.stop();
    await browser.pass(1);
    expect(c.node.role()).toBe('leading');
  });
});

describe('when the node fails', () => {
  test('a store that is not there is said so, and tried again until it is', async () => {
    store.failure = 'unavailable';
    const tab = openTab('a', true);
    await browser.pass(100);
    expect(await tab.node.status()).toMatchObject({ role: 'starting', storage: 'unavailable' });
    store.failure = 'full';
    await browser.pass(10_000);
    expect(await tab.node.status()).toMatchObject({ role: 'starting', storage: 'full' });
    store.failure = undefined;
    await browser.pass(31_000);
    expect(await tab.node.status()).toMatchObject({ role: 'leading', storage: 'ok' });
    expect(store.running.size).toBe(1);
  });

  test('a node that breaks is made anew, by another tab where there is one', async () => {
    const [a, b, c] = await tabs3();
    a.nodes.breakDown('corrupt');
    await browser.pass(100);
    expect(roles(a, b, c)).toEqual(['following', 'leading', 'following']);
    expect(store.running).toEqual(new Set([2]));
  });

  test('a node that is fenced steps down', async () => {
    const [a, b] = await tabs3();
    store.term = 7;
    a.nodes.breakDown('fenced');
    await browser.pass(100);
    expect(roles(a, b)).toEqual(['following', 'leading']);
    expect(store.term).toBe(8);
  });

  test('after everything was deleted the terms go on above what tabs have heard', async () => {
    const [a, b, c] = await tabs3();
    a.realm.close();
    await browser.pass(1);
    store.term = 0;
    b.realm.close();
    await browser.pass(1);
    expect(c.node.role()).toBe('leading');
    expect(store.term).toBe(3);
  });
});
