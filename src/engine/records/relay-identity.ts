import type { Counter, Epoch, Millis } from '#core/brand.ts';
import { DAY } from '#core/domain/limits.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { encodeIdentity } from '#core/wire/identity.ts';
import { withSignature } from '#core/wire/signed.ts';
import type { OwnKey } from '#engine/config.ts';
import type { Context } from '#engine/context.ts';
import type { IdentityBook } from '#engine/records/identity-book.ts';
import type { OwnRecords } from '#engine/records/own-records.ts';

const RENEW_MINUTES = (7 * DAY) / 60_000;

/**
 * The identity record of a relay, a kiosk or a program: issued at its first start and every week, with the next counter
 * after what is known.
 */
export const createRelayIdentity = (
  context: Context,
  key: OwnKey,
  records: OwnRecords,
  identities: IdentityBook,
  capabilities: number,
): void => {
  const refresh = (): void => {
    context.timers.set('relay identity', (context.now() + DAY) as Millis, refresh);
    const known = identities.get(key.address)?.record;
    if (known !== undefined && toWireMinute(context.now()) - known.issued < RENEW_MINUTES) return;
    const epochEnds = (known?.counter ?? 0) >= 0xffff;
    const unsigned = encodeIdentity({
      kind: 'identity',
      publicKey: key.publicKey,
      epoch: ((known?.epoch ?? 0) + (epochEnds ? 1 : 0)) as Epoch,
      counter: (epochEnds ? 0 : (known?.counter ?? 0) + 1) as Counter,
      issued: toWireMinute(context.now()),
      capabilities,
      prekeys: [],
      credential: undefined,
      profile: undefined,
    });
    if (!unsigned.ok) return context.refused(unsigned.code);
    context.crypto.sign(key.key, unsigned.value, (signature) =>
      records.identity(withSignature(unsigned.value, signature)),
    );
  };
  refresh();
};
