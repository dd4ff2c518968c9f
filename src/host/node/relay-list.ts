import * as v from 'valibot';
import { decodeLocal, encodeLocal } from '#core/local-record.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import type { Store } from '#ports/store.ts';

/** The relays that a person added or removed, kept on the device. The relay that served the app is known without it. */
export interface RelayList {
  all(): readonly string[];
  /** The person does not want this one, whoever else names it. */
  isRemoved(origin: string): boolean;
  /** The origin as it will be dialled; `malformed` when it is none, `over-capacity` beyond MAX_RELAYS. */
  add(text: string): Promise<Result<string>>;
  remove(origin: string): Promise<void>;
}

const MAX_RELAYS = 8;
/** Removed ones that are remembered: the last. */
const MAX_REMOVED = 64;
const KEY = 'relays';
const schema = v.object({ added: v.array(v.string()), removed: v.array(v.string()) });

/** `https` everywhere; `http` only to this very machine, for trying things out. */
export const toOrigin = (text: string): string | undefined => {
  const match = /^(?:(https?):\/\/)?(\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::(\d{1,5}))?\/?$/i.exec(text.trim());
  if (match === null) return undefined;
  const [, scheme = 'https', host = '', port] = match;
  const local = host === 'localhost' || host === '127.0.0.1' || host === '[::1]';
  if (scheme.toLowerCase() === 'http' && !local) return undefined;
  if (port !== undefined && (Number(port) === 0 || Number(port) > 65_535)) return undefined;
  return `${scheme.toLowerCase()}://${host.toLowerCase()}${port === undefined ? '' : `:${port}`}`;
};

export const openRelayList = async (store: Store, serving: readonly string[]): Promise<RelayList> => {
  const stored = await store.get('meta', KEY);
  const decoded = stored === undefined ? undefined : decodeLocal(schema, stored);
  let { added, removed } = decoded?.ok ? decoded.value : { added: [], removed: [] };
  const all = (): string[] => [...new Set([...serving, ...added])].filter((origin) => !removed.includes(origin));
  const save = (): Promise<void> =>
    store.commit([{ op: 'put', table: 'meta', key: KEY, value: encodeLocal({ added, removed }) }]);
  return {
    all,
    isRemoved: (origin) => removed.includes(origin),
    add: async (text) => {
      const origin = toOrigin(text);
      if (origin === undefined) return refuse('malformed');
      if (!all().includes(origin) && all().length >= MAX_RELAYS) return refuse('over-capacity');
      added = [...new Set([...added, origin])];
      removed = removed.filter((other) => other !== origin);
      await save();
      return ok(origin);
    },
    remove: async (origin) => {
      added = added.filter((other) => other !== origin);
      // Also one that was never named: what finds relays by itself must not bring it back.
      removed = [...removed.filter((other) => other !== origin), origin].slice(-MAX_REMOVED);
      await save();
    },
  };
};
