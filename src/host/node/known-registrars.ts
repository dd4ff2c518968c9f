import * as v from 'valibot';
import type { PinnedRegistrar } from '#core/domain/trust.ts';
import { decodeLocal, encodeLocal, hexBytes, hexText } from '#core/local-record.ts';
import type { Store } from '#ports/store.ts';

/**
 * Whose credentials the relay that serves the app pins. Asked at each start and kept: a start goes on with what is kept, for
 * nobody should wait for a slow network to see what the device knows, and with the answer when nothing is. It is trusted as far
 * as the app that the relay serves (docs/threat-model.md).
 */
const KEY = 'registrars';
const schema = v.array(v.object({ name: v.string(), publicKey: hexBytes, demo: v.boolean() }));

/** `ask` gives undefined without an answer. Never rejects: without an answer and without a memory nobody is pinned. */
export const loadRegistrars = async (
  store: Pick<Store, 'get' | 'commit'>,
  ask: () => Promise<readonly PinnedRegistrar[] | undefined>,
): Promise<readonly PinnedRegistrar[]> => {
  const keep = async (answer: readonly PinnedRegistrar[] | undefined): Promise<void> => {
    if (answer === undefined) return;
    const value = encodeLocal(answer.map((one) => ({ ...one, publicKey: hexText(one.publicKey) })));
    await store.commit([{ op: 'put', table: 'meta', key: KEY, value }]).catch(() => undefined);
  };
  const asked = ask().then(
    async (answer) => {
      await keep(answer);
      return answer;
    },
    () => undefined,
  );
  const record = await store.get('meta', KEY).catch(() => undefined);
  const kept = record === undefined ? undefined : decodeLocal(schema, record);
  return kept?.ok && kept.value.length > 0 ? kept.value : ((await asked) ?? []);
};
