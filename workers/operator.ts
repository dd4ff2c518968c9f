import * as v from 'valibot';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import type { PinnedRegistrar } from '#core/domain/trust.ts';
import { decodeLocal, encodeLocal } from '#core/local-record.ts';
import type { Store } from '#ports/store.ts';

/**
 * What the relay that serves the app says about its operation: whose credentials it pins, and whether it is a
 * demonstration. Asked at each start, kept for starts without a network. It is trusted as far as the app that it serves.
 */
export interface Operator {
  readonly registrars: readonly PinnedRegistrar[];
  readonly demo: boolean;
}

const DISCOVERY = '/.well-known/terminfunk.json';
const KEY = 'operator';
const PATIENCE_MS = 2_500;

const schema = v.object({
  demo: v.optional(v.boolean(), false),
  registrars: v.optional(
    v.pipe(
      v.array(
        v.object({
          name: v.pipe(v.string(), v.maxLength(120)),
          publicKey: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
          demo: v.boolean(),
        }),
      ),
      v.maxLength(64),
    ),
    [],
  ),
});

const ask = async (): Promise<Operator | undefined> => {
  try {
    const answer = await fetch(DISCOVERY, { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS) });
    const parsed = v.safeParse(schema, await answer.json());
    return parsed.success ? toOperator(parsed.output) : undefined;
  } catch {
    return undefined;
  }
};

const toOperator = ({ demo, registrars }: v.InferOutput<typeof schema>): Operator => ({
  demo,
  registrars: registrars.map((one) => ({ ...one, publicKey: fromHex(one.publicKey) ?? new Uint8Array(32) })),
});

/** Never rejects: without an answer and without a memory nobody is pinned. */
export const loadOperator = async (store: Store): Promise<Operator> => {
  const asked = await ask();
  if (asked !== undefined) {
    const registrars = asked.registrars.map((one) => ({ ...one, publicKey: toHex(one.publicKey) }));
    await store
      .commit([{ op: 'put', table: 'meta', key: KEY, value: encodeLocal({ demo: asked.demo, registrars }) }])
      .catch(() => undefined);
    return asked;
  }
  const kept = await store.get('meta', KEY).catch(() => undefined);
  const decoded = kept === undefined ? undefined : decodeLocal(schema, kept);
  return decoded?.ok ? toOperator(decoded.value) : { registrars: [], demo: false };
};
