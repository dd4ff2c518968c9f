import * as v from 'valibot';
import { fetchDiscovery } from '#adapters/dialing/discovery.ts';
import type { PinnedRegistrar } from '#core/domain/trust.ts';
import { decodeLocal, encodeLocal, hexBytes, hexText } from '#core/local-record.ts';
import type { Store } from '#ports/store.ts';

/**
 * Whose credentials the relay that serves the app pins. Asked at each start, kept for starts without a network. It is
 * trusted as far as the app that it serves (docs/threat-model.md).
 */
const KEY = 'registrars';
const PATIENCE_MS = 2_500;
const schema = v.array(v.object({ name: v.string(), publicKey: hexBytes, demo: v.boolean() }));

/** Never rejects: without an answer and without a memory nobody is pinned. */
export const loadRegistrars = async (store: Store): Promise<readonly PinnedRegistrar[]> => {
  const discovery = await fetchDiscovery(self.location.origin, fetch, AbortSignal.timeout(PATIENCE_MS));
  if (discovery.ok) {
    const { registrars } = discovery.value;
    const value = encodeLocal(registrars.map((one) => ({ ...one, publicKey: hexText(one.publicKey) })));
    await store.commit([{ op: 'put', table: 'meta', key: KEY, value }]).catch(() => undefined);
    return registrars;
  }
  const kept = await store.get('meta', KEY).catch(() => undefined);
  const decoded = kept === undefined ? undefined : decodeLocal(schema, kept);
  return decoded?.ok ? decoded.value : [];
};
