/** Custody: signed by the relay that has it on disk, believed only from that relay, on its own link. */
import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { KeyName, MessageId, Millis } from '#core/brand.ts';
import { messageIdOf } from '#core/crypto/address.ts';
import { CAPABILITY } from '#core/domain/values.ts';
import { decodeCustody, encodeCustody } from '#core/wire/custody.ts';
import { decodeEnvelope, type Envelope, signedPart } from '#core/wire/envelope.ts';
import { decodeIdentity } from '#core/wire/identity.ts';
import { createCustodyDesk } from '#engine/bundles/custody-desk.ts';
import type { Effect } from '#engine/effect.ts';
import { createIdentityBook } from '#engine/records/identity-book.ts';
import { createSigner } from '#test/engine/raw-peer.ts';
import { createHarness, ofKind, refusals } from '#test/engine/step-harness.ts';

const RELAY = createSigner(1);
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const idOf = (number: number): MessageId => number.toString(16).padStart(32, '0') as MessageId;

const createScene = (relay: boolean) => {
  const harness = createHarness();
  const { context, step, peers } = harness;
  const identities = createIdentityBook(10);
  const taken: MessageId[] = [];
  const identity = relay ? { key: 'relay' as KeyName, publicKey: RELAY.publicKey, address: RELAY.address } : undefined;
  const desk = createCustodyDesk(context, { identity, identities, peers, onCustody: (ids) => void taken.push(...ids) });
  const know = (signer: ReturnType<typeof createSigner>, capabilities: number): void => {
    const raw = signer.identity(harness.now() as Millis, { capabilities });
    const decoded = decodeIdentity(raw);
    if (!decoded.ok) throw new Error(decoded.code);
    const trust = {
      level: 0,
      reason: undefined,
      credential: undefined,
      registrar: undefined,
      revocationListFrom: undefined,
    } as const;
    const { message, signed } = decoded.value;
    const known = { address: signer.address, record: message, raw, id: messageIdOf(signed), credentialHolds: false };
    identities.put({ ...known, trust, since: 0 as Millis });
  };
  /** Does what the effects ask of the crypto, and what follows from it; returns all effects that are not crypto. */
  const settle = (effects: readonly Effect[]): Effect[] => {
    const jobs = ofKind(effects, 'run-crypto');
    if (jobs.length === 0) return [...effects];
    const next = jobs.flatMap(({ job, op }) => {
      if (op.op === 'sign') {
        const value = RELAY.signed(op.message).slice(-64);
        return step(() => context.cryptoDone(job, { op: 'sign', value }));
      }
      if (op.op !== 'verify') throw new Error(op.op);
      const der = Buffer.concat([SPKI, op.publicKey]);
      const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
      const value = verify(null, op.message, key, op.signature);
      return step(() => context.cryptoDone(job, { op: 'verify', value }));
    });
    return [...effects.filter(({ kind }) => kind !== 'run-crypto'), ...settle(next)];
  };
  return { ...harness, desk, settle, know, taken };
};

const custodies = (effects: readonly Effect[]) =>
  ofKind(effects, 'send').map(({ frame, transit, link }) => {
    const envelope = decodeEnvelope(frame);
    const custody = envelope.ok ? decodeCustody(envelope.value.payload) : envelope;
    if (!custody.ok) throw new Error(custody.code);
    return { ids: custody.value.ids, transit, link, frame };
  });

describe('a relay', () => {
  test('gathers ids for a moment and signs them together, to the link that they came from', () => {
    const { desk, link, step, wait, settle } = createScene(true);
    const [one, other] = [link(), link()];
    const effects = step(() => {
      for (let number = 0; number < 40; number++) desk.owe(one, idOf(number));
      desk.owe(other, idOf(99));
      desk.owe(one, idOf(0));
    });
    expect(ofKind(effects, 'run-crypto')).toEqual([]);
    const given = custodies(settle(wait(2)));
    expect(given.map(({ link: to, ids }) => [to, ids.length])).toEqual([
      [one.link, 32],
      [other.link, 1],
      [one.link, 8],
    ]);
    expect(given.every(({ transit }) => !transit)).toBe(true);
  });

  test('says nothing on a link that is gone, and nothing of it later', () => {
    const { desk, link, step, wait, settle, context } = createScene(true);
    const peer = link();
    step(() => desk.owe(peer, idOf(1)));
    const [job] = ofKind(wait(2), 'run-crypto');
    step(() => desk.close(peer.link));
    const late = step(() => job && context.cryptoDone(job.job, { op: 'sign', value: new Uint8Array(64) }));
    expect(ofKind(late, 'send')).toEqual([]);
    step(() => desk.owe(peer, idOf(2)));
    step(() => desk.close(peer.link));
    expect(settle(wait(60_000))).toEqual([]);
  });

  test('owes nothing to a link that ended while the message was judged', () => {
    const { desk, link, step, wait, peers } = createScene(true);
    const peer = link();
    peers.close(peer.link);
    step(() => desk.owe(peer, idOf(1)));
    expect(wait(60_000)).toEqual([]);
  });

  test('whose key store fails goes on with the next', () => {
    const { desk, link, step, wait, settle, context } = createScene(true);
    const peer = link();
    step(() => desk.owe(peer, idOf(1)));
    const [job] = ofKind(wait(2), 'run-crypto');
    expect(
      ofKind(
        step(() => job && context.cryptoDone(job.job, { op: 'failed' })),
        'send',
      ),
    ).toEqual([]);
    step(() => desk.owe(peer, idOf(2)));
    expect(custodies(settle(wait(2))).map(({ ids }) => ids)).toEqual([[idOf(2)]]);
  });

  test('owes a bounded number to one link', () => {
    const { desk, link, step, wait, settle } = createScene(true);
    const peer = link();
    step(() => {
      for (let number = 0; number < 10_000; number++) desk.owe(peer, idOf(number));
    });
    const given = custodies(settle(wait(2))).flatMap(({ ids }) => ids);
    expect(given).toHaveLength(4_096);
  });
});

test('a leaf gives no custody', () => {
  const { desk, link, step, wait } = createScene(false);
  step(() => desk.owe(link(), idOf(1)));
  expect(wait(60_000)).toEqual([]);
});

describe('custody that comes', () => {
  const envelope = (signer = RELAY, ids = [idOf(1), idOf(2)]): Envelope => {
    const payload = encodeCustody({ kind: 'custody', minute: 1 as never, ids });
    const head = { source: signer.address, destination: undefined, payload };
    return { ...head, hops: 0, signature: signer.signed(signedPart(head)).slice(-64) };
  };

  test('from the relay of this link, with its signature, counts', () => {
    const { desk, link, step, settle, know, taken } = createScene(false);
    know(RELAY, CAPABILITY.RELAY);
    const peer = link({ relay: true, address: RELAY.address });
    settle(step(() => desk.onEnvelope(peer, envelope())));
    expect(taken).toEqual([idOf(1), idOf(2)]);
  });

  test.each([
    ['from a relay that nobody introduced', 'unknown-key', undefined, RELAY, envelope()],
    ['from a practice', 'missing-capability', CAPABILITY.THERAPIST, RELAY, envelope()],
    ['of another relay', 'unknown-key', CAPABILITY.RELAY, createSigner(2), envelope()],
    [
      'whose signature is spoilt',
      'bad-signature',
      CAPABILITY.RELAY,
      RELAY,
      { ...envelope(), signature: envelope().signature.fill(7, -20) },
    ],
    ['that is cut', 'malformed', CAPABILITY.RELAY, RELAY, { ...envelope(), payload: envelope().payload.slice(0, 9) }],
  ] as const)('%s does not: %s', (_, code, capabilities, speaker, frame) => {
    const { desk, link, step, settle, know, taken } = createScene(false);
    if (capabilities !== undefined) know(RELAY, capabilities);
    const peer = link({ relay: true, address: speaker.address });
    expect(refusals(settle(step(() => desk.onEnvelope(peer, frame))))).toEqual([code]);
    expect(taken).toEqual([]);
  });

  test('for somebody else does not', () => {
    const { desk, link, step, settle, know, taken } = createScene(false);
    know(RELAY, CAPABILITY.RELAY);
    const payload = encodeCustody({ kind: 'custody', minute: 1 as never, ids: [idOf(1)] });
    const head = { source: RELAY.address, destination: createSigner(5).address, payload };
    const frame = { ...head, hops: 0, signature: RELAY.signed(signedPart(head)).slice(-64) };
    const peer = link({ relay: true, address: RELAY.address });
    expect(refusals(settle(step(() => desk.onEnvelope(peer, frame))))).toEqual(['not-found']);
    expect(taken).toEqual([]);
  });
});
