import { describe, expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import { createAdmission, TOKEN_LIFE_MS } from '#relay/limits/admission.ts';

const setUp = (limits: Partial<Parameters<typeof createAdmission>[0]> = {}) => {
  let now = 1_000;
  const full = { links: 100, linksPerAddress: 10, connectsPerMinute: 60, ...limits };
  const admission = createAdmission(full, () => now as Millis);
  const pass = (milliseconds: number): void => {
    now += milliseconds;
  };
  const mint = (remote = 'a'): string => {
    const minted = admission.mint(remote);
    if (!minted.ok) throw new Error(minted.code);
    return minted.value;
  };
  const admit = (remote = 'a') => {
    const redeemed = admission.redeem(mint(remote));
    if (!redeemed.ok) throw new Error(redeemed.code);
    return redeemed.value;
  };
  return { admission, pass, mint, admit };
};

describe('tokens', () => {
  test('open one link, under the address that asked', () => {
    const { admission, mint } = setUp();
    const token = mint('192.0.2.7');
    const redeemed = admission.redeem(token);
    expect(redeemed.ok && redeemed.value.remote).toBe('192.0.2.7');
    expect(admission.redeem(token)).toEqual({ ok: false, code: 'not-found' });
  });

  test('are different each time and hard to guess', () => {
    const { mint } = setUp();
    const tokens = new Set(Array.from({ length: 50 }, () => mint()));
    expect(tokens.size).toBe(50);
    for (const token of tokens) expect(token).toMatch(/^[\w-]{22}$/);
  });

  test('live half a minute', () => {
    const { admission, mint, pass } = setUp();
    const [first, second] = [mint(), mint()];
    pass(TOKEN_LIFE_MS - 1);
    expect(admission.redeem(first).ok).toBe(true);
    pass(1);
    expect(admission.redeem(second)).toEqual({ ok: false, code: 'not-found' });
  });

  test('are nothing that a client may make up', () => {
    const { admission } = setUp();
    for (const token of ['', '__proto__', 'x'.repeat(10_000)]) {
      expect(admission.redeem(token)).toEqual({ ok: false, code: 'not-found' });
    }
  });
});

describe('limits', () => {
  test('so many tokens a minute and address, and again after a while', () => {
    const { admission, mint, pass } = setUp({ connectsPerMinute: 3 });
    for (let count = 0; count < 3; count += 1) mint('a');
    expect(admission.mint('a')).toEqual({ ok: false, code: 'rate-limited' });
    mint('b');
    pass(20_000);
    mint('a');
    expect(admission.mint('a')).toEqual({ ok: false, code: 'rate-limited' });
  });

  test('so many links an address', () => {
    const { admission, admit } = setUp({ linksPerAddress: 2 });
    const [one] = [admit('a'), admit('a')];
    expect(admission.mint('a')).toEqual({ ok: false, code: 'over-capacity' });
    admit('b');
    one?.release();
    one?.release();
    admit('a');
    expect(admission.mint('a')).toEqual({ ok: false, code: 'over-capacity' });
    expect(admission.links()).toBe(3);
  });

  test('so many links in all', () => {
    const { admission, admit } = setUp({ links: 2 });
    const one = admit('a');
    admit('b');
    expect(admission.mint('c')).toEqual({ ok: false, code: 'over-capacity' });
    one.release();
    admit('c');
  });

  test('hold for tokens that were given out before the place was taken', () => {
    const { admission, mint } = setUp({ linksPerAddress: 1 });
    const [first, second] = [mint('a'), mint('a')];
    expect(admission.redeem(first).ok).toBe(true);
    expect(admission.redeem(second)).toEqual({ ok: false, code: 'over-capacity' });
    expect(admission.redeem(second)).toEqual({ ok: false, code: 'not-found' });
  });

  test('tokens that nobody uses are bounded, and forgotten', () => {
    const { admission, mint, pass } = setUp({ connectsPerMinute: 100_000 });
    for (let count = 0; count < 10_000; count += 1) mint('a');
    expect(admission.mint('a')).toEqual({ ok: false, code: 'over-capacity' });
    pass(TOKEN_LIFE_MS);
    mint('a');
  });
});
