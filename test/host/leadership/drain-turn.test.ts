import { describe, expect, test } from 'vitest';
import { drainInTurn } from '#host/leadership/drain-turn.ts';
import { nextTermOf } from '#test/host/leadership/fake-node.ts';
import { browser, openTab, outcome, store, tabs3 } from '#test/host/leadership/open-tabs.ts';

describe("the service worker's turn", () => {
  const drainTurn = (
    drain: (term: number, yielded: Promise<void>) => Promise<void>,
    retry: () => Promise<boolean> = async () => false,
  ) => {
    const { lock, channel } = browser.openRealm('service-worker');
    return outcome(drainInTurn({ lock, channel, nextTerm: () => nextTermOf(store)(0), retry, drain }));
  };

  test('is none while a tab leads', async () => {
    await tabs3();
    const turn = drainTurn(async () => expect.unreachable());
    await browser.pass(1);
    expect(turn.value).toBe('busy');
  });

  test('waits for the last tab, which closes in that moment', async () => {
    const tab = openTab('a', true);
    await browser.pass(10);
    expect(tab.node.role()).toBe('leading');
    let tries = 0;
    const turn = drainTurn(
      async () => undefined,
      async () => {
        tries++;
        if (tries === 2) await tab.node.stop();
        return tries < 5;
      },
    );
    await browser.pass(10);
    expect([turn.value, tries, browser.lockHolder()]).toEqual(['drained', 2, undefined]);
  });

  test('drains under a term of its own, and lets go', async () => {
    const terms: number[] = [];
    const turn = drainTurn(async (term) => void terms.push(term));
    await browser.pass(1);
    expect([turn.value, terms, browser.lockHolder()]).toEqual(['drained', [1], undefined]);
  });

  test('ends as soon as a tab opens, which then leads', async () => {
    const turn = drainTurn((_term, yielded) => yielded);
    await browser.pass(100);
    expect(turn.value).toBeUndefined();
    const tab = openTab('a');
    await browser.pass(10);
    expect(turn.value).toBe('yielded');
    expect(tab.node.role()).toBe('leading');
    expect(store.term).toBe(2);
  });

  test('ends by theft when it does not let go, and by an error of its own', async () => {
    const turn = drainTurn(() => new Promise(() => undefined));
    await browser.pass(1);
    const tab = openTab('a', true);
    await browser.pass(2_000);
    expect(tab.node.role()).toBe('leading');
    expect(turn.value).toBeUndefined();
    await tab.node.stop();
    const failing = drainTurn(() => Promise.reject(new RangeError('a bug')));
    await browser.pass(1);
    expect(failing.value).toBeInstanceOf(RangeError);
    expect(browser.lockHolder()).toBeUndefined();
  });
});
