/** The part of the Crypto contract about requests that were sealed on another device. */
import { expect } from 'vitest';
import { openTicket, sealPickUpRequest, sealTicket } from '#core/crypto/pick-up.ts';
import type { Crypto } from '#ports/crypto.ts';
import { hex, OURS, open, PRACTICE, PREKEY, session, text, value } from '#test/contracts/crypto-scene.ts';

interface UnderTest {
  readonly crypto: Crypto;
  restart(): Promise<Crypto>;
}
type Check = (title: string, body: (under: UnderTest) => Promise<void>) => void;

export const resumeContract = (check: Check): void => {
  check('a request that was sealed elsewhere is gone on with, also after a restart', async ({ crypto, restart }) => {
    const prekey = await crypto.createPrekey(PREKEY);
    const [root, salt] = [new Uint8Array(32).fill(7), new Uint8Array(16).fill(9)];
    const input = { salt, practice: hex(PRACTICE), prekey, payload: text('Guten Tag') };
    const { message, handshake } = value(sealPickUpRequest(root, input));
    const { ephemeral } = openTicket(root, sealTicket(root, salt, text('x'))) ?? {
      ephemeral: new Uint8Array(32),
    };
    expect(value(await open(crypto, message, OURS))).toMatchObject({
      kind: 'request',
      payload: text('Guten Tag'),
    });
    const receipt = await crypto.sealReceipt(session('in'), text('da'));
    const confirm = await crypto.sealMessage(session('in'), 1, text('ja'));
    await crypto.resumeRequest(session('taken over'), { ephemeral, handshake });
    const later = await restart();
    const read = value(await open(later, receipt, { waiting: [session('taken over')] }));
    expect(read).toEqual({ kind: 'receipt', session: 'taken over', payload: text('da') });
    // Once more: the session that got further stays.
    await later.resumeRequest(session('taken over'), { ephemeral, handshake });
    const answer = value(await open(later, confirm, { finished: [session('taken over')] }));
    expect(answer).toMatchObject({ kind: 'message', number: 1, payload: text('ja') });
  });
};
