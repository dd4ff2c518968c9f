/** What every adapter of the Crypto port does, in the runtime that it is made for. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { expect, describe as suite, test } from 'vitest';

import { toHex } from '#core/bytes/hex.ts';
import { type Crypto, PSEUDONYM_SECRET } from '#ports/crypto.ts';
import type { KeyStore } from '#ports/key-store.ts';
import {
  finish,
  HOSTILE_LENGTHS,
  hex,
  key,
  OTHER_PRACTICE,
  OURS,
  open,
  PRACTICE,
  PREKEY,
  refusal,
  request,
  SMALL_ORDER_U,
  session,
  text,
  value,
} from '#test/contracts/crypto-scene.ts';
import { importedSecretsContract } from '#test/contracts/imported-secrets.ts';
import { resumeContract } from '#test/contracts/resume-request.ts';
import edge from '#test/vectors/crypto/ed25519-edge.json' with { type: 'json' };

export interface CryptoUnderTest {
  readonly crypto: Crypto;
  readonly keys: KeyStore;
  /** The same keys in a new adapter, as after a restart. */
  restart(): Promise<Crypto>;
  dispose(): Promise<void>;
}

export const cryptoContract = (name: string, makeCrypto: () => Promise<CryptoUnderTest>): void => {
  const check = (title: string, body: (under: CryptoUnderTest) => Promise<void>): void => {
    test(title, async () => {
      const under = await makeCrypto();
      try {
        await body(under);
      } finally {
        await under.dispose();
      }
    });
  };

  suite(`Crypto: ${name}`, () => {
    suite('signatures', () => {
      check('every edge case gets the verdict of the vectors, the first time and again', async ({ crypto }) => {
        for (let round = 0; round < 2; round++) {
          for (const { title, publicKey, message, signature, valid } of edge.cases) {
            const verdict = await crypto.verify(hex(publicKey), hex(message), hex(signature));
            expect(verdict, title).toBe(valid);
          }
        }
      });

      check('wrong lengths are false, not an exception', async ({ crypto }) => {
        const [first] = edge.cases;
        if (!first) throw new Error('no vectors');
        const [publicKey, message, signature] = [hex(first.publicKey), hex(first.message), hex(first.signature)];
        for (const length of [0, 31, 33, 64]) {
          expect(await crypto.verify(new Uint8Array(length), message, signature)).toBe(false);
        }
        for (const length of [0, 63, 65, 128]) {
          expect(await crypto.verify(publicKey, message, new Uint8Array(length))).toBe(false);
        }
        expect(await crypto.verify(publicKey, message, signature.subarray(0, 63))).toBe(false);
      });

      check('one changed bit anywhere makes a signature false', async ({ crypto }) => {
        const publicKey = await crypto.importIdentity(key('me'), new Uint8Array(32).fill(3));
        const message = text('frei am Montag');
        const signature = await crypto.sign(key('me'), message);
        expect(await crypto.verify(publicKey, message, signature)).toBe(true);
        for (let bit = 0; bit < 512; bit += 7) {
          const changed = signature.slice();
          changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
          expect(await crypto.verify(publicKey, message, changed), `bit ${bit}`).toBe(false);
        }
        expect(await crypto.verify(publicKey, text('frei am Montax'), signature)).toBe(false);
      });

      check('an identity signs as RFC 8032 says, also after a restart', async ({ crypto, restart }) => {
        const seed = hex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');
        const publicKey = await crypto.importIdentity(key('me'), seed);
        expect(toHex(publicKey)).toBe('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
        const expected = toHex(ed25519.sign(new Uint8Array(0), seed));
        expect(toHex(await crypto.sign(key('me'), new Uint8Array(0)))).toBe(expected);
        const again = await restart();
        expect(toHex(await again.sign(key('me'), new Uint8Array(0)))).toBe(expected);
      });

      check('a name without a key, or a seed of another length, is the caller’s mistake', async ({ crypto }) => {
        await expect(crypto.sign(key('nobody'), text('x'))).rejects.toThrow();
        await expect(crypto.importIdentity(key('me'), new Uint8Array(31))).rejects.toThrow(RangeError);
      });
    });

    suite('pseudonyms', () => {
      check('are fixed for a practice, differ between practices, survive a restart', async ({ crypto, restart }) => {
        const first = await crypto.pseudonym(PRACTICE);
        expect(first).toHaveLength(8);
        expect(await crypto.pseudonym(PRACTICE)).toEqual(first);
        expect(await crypto.pseudonym(OTHER_PRACTICE)).not.toEqual(first);
        expect(await (await restart()).pseudonym(PRACTICE)).toEqual(first);
      });

      check('asked for twice at once on a new device, there is one', async ({ crypto }) => {
        const [first, second] = await Promise.all([crypto.pseudonym(PRACTICE), crypto.pseudonym(PRACTICE)]);
        expect(first).toEqual(second);
      });

      check('change when the secret is forgotten', async ({ crypto }) => {
        const before = await crypto.pseudonym(PRACTICE);
        await crypto.forget([PSEUDONYM_SECRET]);
        expect(await crypto.pseudonym(PRACTICE)).not.toEqual(before);
      });
    });

    suite('requests and receipts', () => {
      check('a whole session: request, receipt, messages both ways', async ({ crypto }) => {
        const body = await request(crypto);
        expect(body).toHaveLength(32 + 9 + 16);
        const opened = value(await open(crypto, body, OURS));
        expect(opened).toEqual({ kind: 'request', session: 'in', prekey: PREKEY, payload: text('Guten Tag') });

        const receipt = await crypto.sealReceipt(session('in'), text('da'));
        expect(receipt).toHaveLength(32 + 2 + 16);
        const answer = value(await open(crypto, receipt, { waiting: [session('out')] }));
        expect(answer).toEqual({ kind: 'receipt', session: 'out', payload: text('da') });

        const confirm = await crypto.sealMessage(session('in'), 1, text('Hinterhaus'));
        expect(confirm).toHaveLength(1 + 10 + 16);
        expect(value(await open(crypto, confirm, { finished: [session('out')] }))).toEqual({
          kind: 'message',
          session: 'out',
          number: 1,
          payload: text('Hinterhaus'),
        });
        const cancel = await crypto.sealMessage(session('out'), 1, text('leider nicht'));
        const cancelled = value(await open(crypto, cancel, { finished: [session('in')] }));
        expect(cancelled).toMatchObject({ kind: 'message', session: 'in', number: 1, payload: text('leider nicht') });
      });

      check('every step survives a restart', async ({ crypto, restart }) => {
        let now = crypto;
        const body = await request(now);
        now = await restart();
        value(await open(now, body, OURS));
        now = await restart();
        const receipt = await now.sealReceipt(session('in'), text('da'));
        now = await restart();
        value(await open(now, receipt, { waiting: [session('out')] }));
        now = await restart();
        const confirm = await now.sealMessage(session('in'), 1, text('ja'));
        now = await restart();
        expect(value(await open(now, confirm, { finished: [session('out')] })).kind).toBe('message');
      });

      check('a step that the caller did not keep can be repeated', async ({ crypto, restart }) => {
        const body = await request(crypto);
        value(await open(crypto, body, OURS));
        expect(value(await open(await restart(), body, OURS)).kind).toBe('request');
        const receipt = await crypto.sealReceipt(session('in'), text('da'));
        const again = await (await restart()).sealReceipt(session('in'), text('da'));
        expect(again).toEqual(receipt);
        value(await open(crypto, body, OURS)); // the same request once more does not undo the receipt
        value(await open(crypto, receipt, { waiting: [session('out')] }));
        const repeated = await restart();
        expect(value(await open(repeated, receipt, { waiting: [session('out')] })).kind).toBe('receipt');
        const confirm = await repeated.sealMessage(session('in'), 1, text('ja'));
        expect(value(await open(repeated, confirm, { finished: [session('out')] })).kind).toBe('message');
      });

      check('after the first message the handshake cannot be repeated', async ({ crypto }) => {
        const receipt = await finish(crypto);
        const confirm = await crypto.sealMessage(session('in'), 1, text('ja'));
        await expect(crypto.sealReceipt(session('in'), text('da'))).rejects.toThrow();
        value(await open(crypto, confirm, { finished: [session('out')] }));
        expect(refusal(await open(crypto, receipt, { waiting: [session('out')] }))).toBe('cannot-open');
      });

      check('one session, one receipt, also when asked twice at once', async ({ crypto }) => {
        value(await open(crypto, await request(crypto), OURS));
        const [first, second] = await Promise.all([
          crypto.sealReceipt(session('in'), text('da')),
          crypto.sealReceipt(session('in'), text('da')),
        ]);
        expect(first).toEqual(second);
        await expect(crypto.sealReceipt(session('in'), text('anders'))).rejects.toThrow();
      });

      check('a number seals one payload and no other', async ({ crypto, restart }) => {
        await finish(crypto);
        const first = await crypto.sealMessage(session('in'), 1, text('ja'));
        expect(await crypto.sealMessage(session('in'), 1, text('ja'))).toEqual(first);
        await expect(crypto.sealMessage(session('in'), 1, text('nein'))).rejects.toThrow();
        await expect((await restart()).sealMessage(session('in'), 1, text('nein'))).rejects.toThrow();
        for (const number of [0, 256, -1, 1.5, Number.NaN]) {
          await expect(crypto.sealMessage(session('in'), number, text('ja'))).rejects.toThrow(RangeError);
        }
      });

      check('a message is not opened by its own sender, nor by another session', async ({ crypto }) => {
        await finish(crypto);
        const confirm = await crypto.sealMessage(session('in'), 1, text('ja'));
        expect(refusal(await open(crypto, confirm, { finished: [session('in')] }))).toBe('cannot-open');
        const other = confirm.slice();
        other[0] = 2;
        expect(refusal(await open(crypto, other, { finished: [session('out')] }))).toBe('cannot-open');
        other[0] = 0;
        expect(refusal(await open(crypto, other, { finished: [session('out')] }))).toBe('cannot-open');
      });

      check('the right prekey, session or practice is found among many', async ({ crypto }) => {
        const prekeys = [0, 1, 2].map((n) => ({ key: key(`prekey:${n}`), practice: PRACTICE }));
        for (const { key: name } of prekeys) await crypto.createPrekey(name);
        const body = await request(crypto);
        const waiting = [session('w1'), session('out'), session('w2')];
        for (const name of ['w1', 'w2']) await request(crypto, text('x'), session(name));
        expect(value(await open(crypto, body, { prekeys }))).toMatchObject({ kind: 'request', prekey: PREKEY });
        const receipt = await crypto.sealReceipt(session('in'), text('da'));
        expect(value(await open(crypto, receipt, { prekeys, waiting }))).toMatchObject({ session: 'out' });
        const message = await crypto.sealMessage(session('in'), 9, text(''));
        const finished = [session('in'), session('unknown'), session('out')];
        expect(value(await open(crypto, message, { prekeys, finished }))).toMatchObject({ session: 'out', number: 9 });
      });

      resumeContract(check);
      importedSecretsContract(check);

      check('the practice is part of what is agreed', async ({ crypto }) => {
        const body = await request(crypto);
        const elsewhere = { prekeys: [{ key: PREKEY, practice: OTHER_PRACTICE }] };
        expect(refusal(await open(crypto, body, elsewhere))).toBe('cannot-open');
      });
    });

    suite('what is refused', () => {
      check('a prekey of small order or of another length', async ({ crypto }) => {
        for (const bad of [...SMALL_ORDER_U.map(hex), new Uint8Array(31), new Uint8Array(33), new Uint8Array(0)]) {
          const input = { session: session('out'), practice: PRACTICE, prekey: bad, payload: text('x') };
          expect(refusal(await crypto.sealRequest(input)), toHex(bad)).toBe('bad-key');
        }
      });

      check('hostile bytes of any length, whatever they begin with', async ({ crypto }) => {
        await finish(crypto);
        await request(crypto, text('x'), session('waiting'));
        const ways = { ...OURS, waiting: [session('waiting')], finished: [session('in'), session('out')] };
        for (const length of HOSTILE_LENGTHS) {
          for (const fill of [0, 1, 9, 0xff]) {
            const body = new Uint8Array(length).fill(fill);
            expect(refusal(await open(crypto, body, ways)), `${length} × ${fill}`).toBe('cannot-open');
          }
        }
        for (const u of SMALL_ORDER_U) {
          const body = new Uint8Array(64);
          body.set(hex(u));
          expect(refusal(await open(crypto, body, ways)), u).toBe('cannot-open');
        }
      });

      check('any changed bit of a request, and the true one still opens after it', async ({ crypto }) => {
        const body = await request(crypto);
        for (let bit = 0; bit < body.length * 8; bit += 11) {
          if (bit === 255) continue; // X25519 ignores this bit, the hash does not: covered by the others
          const changed = body.slice();
          changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
          expect(refusal(await open(crypto, changed, OURS)), `bit ${bit}`).toBe('cannot-open');
        }
        expect(value(await open(crypto, body, OURS)).kind).toBe('request');
      });

      check('what is forgotten', async ({ crypto, keys, restart }) => {
        const body = await request(crypto);
        value(await open(crypto, body, OURS));
        await crypto.forget([PREKEY, session('in'), session('never-existed')]);
        expect(refusal(await open(crypto, body, OURS))).toBe('cannot-open');
        expect(refusal(await open(await restart(), body, OURS))).toBe('cannot-open');
        await expect(crypto.sealReceipt(session('in'), text('da'))).rejects.toThrow();
        expect(await keys.list('session:')).toEqual(['session:out']);
        expect(await keys.list('prekey:')).toEqual([]);
      });

      check('a receipt for a session that was never started', async ({ crypto }) => {
        await expect(crypto.sealReceipt(session('in'), text('da'))).rejects.toThrow();
        await expect(crypto.sealMessage(session('in'), 1, text('ja'))).rejects.toThrow();
        await request(crypto);
        await expect(crypto.sealReceipt(session('out'), text('da'))).rejects.toThrow();
        await expect(crypto.sealMessage(session('out'), 1, text('ja'))).rejects.toThrow();
      });
    });

    check('a prekey keeps its public key under its name, also when made twice at once', async ({ crypto, restart }) => {
      const [first, second] = await Promise.all([crypto.createPrekey(PREKEY), crypto.createPrekey(PREKEY)]);
      expect(first).toHaveLength(32);
      expect(second).toEqual(first);
      expect(await (await restart()).createPrekey(PREKEY)).toEqual(first);
      expect(await crypto.createPrekey(key('prekey:2'))).not.toEqual(first);
    });
  });
};
