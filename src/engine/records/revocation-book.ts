import type { MessageId } from '#core/brand.ts';
import { toHex } from '#core/bytes/hex.ts';
import { messageIdOf } from '#core/crypto/address.ts';
import { findRegistrar } from '#core/domain/trust.ts';
import { ok, refuse } from '#core/result.ts';
import { decodeRevocations, type RevocationList } from '#core/wire/revocations.ts';
import type { EngineConfig } from '#engine/config.ts';
import type { Context } from '#engine/context.ts';
import { shortId } from '#engine/records/identity-book.ts';
import type { Done } from '#engine/records/record-intake.ts';
import { createSetIndex, type SetIndex } from '#engine/sync/set-index.ts';

/** The newest revocation list of each pinned registrar. Lists of others are not kept. */
export interface RevocationBook {
  readonly index: SetIndex;
  bytesOf(id: string): Uint8Array | undefined;
  receive(raw: Uint8Array, done: Done): void;
  lists(): readonly RevocationList[];
  all(): Iterable<KnownRevocations>;
  load(values: readonly Uint8Array[]): void;
}

export interface KnownRevocations {
  readonly list: RevocationList;
  readonly raw: Uint8Array;
  readonly id: MessageId;
}

export const createRevocationBook = (context: Context, config: EngineConfig, onChange: () => void): RevocationBook => {
  const known = new Map<string, KnownRevocations>();
  const index = createSetIndex();

  const keep = (list: RevocationList, raw: Uint8Array, id: MessageId): void => {
    const registrar = toHex(list.registrar);
    const previous = known.get(registrar);
    if (previous !== undefined) index.remove(shortId(previous.id));
    known.set(registrar, { list, raw, id });
    index.add(shortId(id));
  };
  const isOlder = (list: RevocationList): boolean => {
    const present = known.get(toHex(list.registrar));
    return present !== undefined && list.issued <= present.list.issued;
  };

  return {
    index,
    bytesOf: (id) => [...known.values()].find((entry) => shortId(entry.id) === id)?.raw,
    receive: (raw, done) => {
      const decoded = decodeRevocations(raw);
      if (!decoded.ok) return done('', decoded);
      const { message, signed, signature } = decoded.value;
      const id = messageIdOf(signed);
      if (index.has(shortId(id))) return done(id, ok('known'));
      const registrar = findRegistrar(config.registrars, message.registrar);
      if (registrar === undefined) return done(id, refuse('credential-unknown-registrar'));
      if (isOlder(message)) return done(id, refuse('superseded'));
      context.crypto.verify(registrar.publicKey, signed, signature, (holds) => {
        if (!holds) return done(id, refuse('bad-signature'));
        if (isOlder(message)) return done(id, refuse('superseded'));
        keep(message, raw, id);
        context.persist({ op: 'put', table: 'meta', key: `revocations ${toHex(message.registrar)}`, value: raw });
        onChange();
        // A pinned registrar signed it.
        done(id, ok('new'), 'vouched');
      });
    },
    all: () => known.values(),
    lists: () => [...known.values()].map((entry) => entry.list),
    load: (values) => {
      for (const raw of values) {
        const decoded = decodeRevocations(raw);
        if (decoded.ok) keep(decoded.value.message, raw, messageIdOf(decoded.value.signed));
      }
    },
  };
};
