import { equalBytes } from '#core/bytes/compare.ts';
import {
  decodeDifference,
  encodeSet,
  estimateDifferences,
  MAX_SYMBOLS,
  packSymbols,
  SYMBOL_BYTES,
  symbolsFor,
  unpackSymbols,
} from '#core/sets/coded-symbols.ts';
import { type SaltedId, saltAll } from '#core/sets/salted-ids.ts';
import { decodeEstimate, encodeEstimate } from '#core/wire/estimate.ts';
import { decodeMore, encodeMore } from '#core/wire/more.ts';
import { decodePick } from '#core/wire/pick.ts';
import { type SetId, SHORT_ID_BYTES } from '#core/wire/set-id.ts';
import { decodeSymbols, encodeSymbols } from '#core/wire/symbols.ts';
import type { Context } from '#engine/context.ts';
import { type Peer, saltKeyOf } from '#engine/links/peer.ts';
import { BIN_DIGEST_BYTES, BINS, type SetIndex } from '#engine/sync/set-index.ts';

/**
 * How two sets that differ find out in what (docs/protocol/sync.md): the dialler sends two bytes of each bin's digest; the
 * listener sees about how much differs and answers with what is fewer bytes: coded symbols of its set, or all ids in the bins
 * that differ. Symbols that cannot be read are asked for further, and in the end given up for the whole digests.
 */
export interface Reconciliation {
  /** The dialler's beginning: its set and the peer's differ. */
  begin(peer: Peer, set: SetId): void;
  /** At the listener. */
  onEstimate(peer: Peer, frame: Uint8Array): void;
  onMore(peer: Peer, frame: Uint8Array): void;
  /** The ids that are picked, as far as they are there, and whether some are gone. */
  onPick(
    peer: Peer,
    frame: Uint8Array,
  ): { readonly set: SetId; readonly ids: string[]; readonly gone: boolean } | undefined;
  /** At the dialler. */
  onSymbols(peer: Peer, frame: Uint8Array): void;
  /** A new round: what was under way is not waited for. */
  forget(peer: Peer): void;
}

export interface Difference {
  /** Only the peer has them. */
  readonly theirs: readonly SaltedId[];
  /** Only we have them. */
  readonly mine: readonly string[];
}

export interface ReconciliationRules {
  indexOf(peer: Peer, set: SetId): SetIndex | undefined;
  /** At the listener: answers with the ids in these bins. */
  sendIds(peer: Peer, set: SetId, bins: readonly number[]): void;
  /** At the dialler: asks with the whole digests of all bins. */
  sendBins(peer: Peer, set: SetId): void;
  onDifference(peer: Peer, set: SetId, difference: Difference): void;
}

/** After so many requests for further symbols the sets are compared bin by bin. */
const MAX_MORE = 3;
/** How many links' salted ids are remembered, for what is picked right after: a set of ten thousand is half a megabyte. */
const REMEMBERED = 4;

const PAIRS = BIN_DIGEST_BYTES / 2;
/** Two bytes of each bin's digest. */
const pairsOf = (index: SetIndex, pair: number): Uint8Array => {
  const bins = index.bins();
  const pairs = new Uint8Array(2 * BINS);
  for (let at = 0; at < pairs.length; at++) {
    pairs[at] = bins[(at >> 1) * BIN_DIGEST_BYTES + 2 * pair + (at & 1)] ?? 0;
  }
  return pairs;
};

interface Row {
  parts: Uint8Array[];
  length: number;
  asked: number;
}

export const createReconciliation = (context: Context, rules: ReconciliationRules): Reconciliation => {
  /** At the dialler: the symbols that came, by peer and set. */
  const rows = new Map<Peer, Map<SetId, Row>>();
  let round = 0;
  const salted: {
    readonly peer: Peer;
    readonly set: SetId;
    readonly root: Uint8Array;
    readonly ids: Map<SaltedId, string>;
  }[] = [];

  const idsOf = (index: SetIndex): string[] => {
    const ids: string[] = [];
    for (let bin = 0; bin < BINS; bin++) ids.push(...index.idsIn(bin));
    return ids;
  };
  /** What this link calls the ids of a set; made once for the symbols and what is picked after them. */
  const saltedIds = (peer: Peer, set: SetId, index: SetIndex): Map<SaltedId, string> => {
    const root = index.root();
    const at = salted.findIndex((one) => one.peer === peer && one.set === set);
    const [known] = at < 0 ? [] : salted.splice(at, 1);
    const fresh = known !== undefined && equalBytes(known.root, root) ? known : undefined;
    const ids = fresh?.ids ?? saltAll(saltKeyOf(peer), idsOf(index));
    salted.push({ peer, set, root, ids });
    if (salted.length > REMEMBERED) salted.shift();
    return ids;
  };

  const rowsOf = (peer: Peer): Map<SetId, Row> => {
    const known = rows.get(peer) ?? new Map<SetId, Row>();
    rows.set(peer, known);
    return known;
  };

  const begin = (peer: Peer, set: SetId): void => {
    const index = rules.indexOf(peer, set);
    if (index === undefined) return;
    rowsOf(peer).set(set, { parts: [], length: 0, asked: 0 });
    const pair = round++ % PAIRS;
    const digests = pairsOf(index, pair);
    context.send(peer.link, encodeEstimate({ kind: 'estimate', set, pair, digests }), true);
  };

  const sendSymbols = (peer: Peer, set: SetId, index: SetIndex, from: number, count: number): void => {
    const length = Math.min(from + count, MAX_SYMBOLS);
    const symbols = packSymbols(encodeSet(saltedIds(peer, set, index).keys(), length), from);
    context.send(peer.link, encodeSymbols({ kind: 'symbols', set, from, symbols }), true);
  };

  const onEstimate = (peer: Peer, frame: Uint8Array): void => {
    const estimate = decodeEstimate(frame);
    if (!estimate.ok) return context.refused(estimate.code);
    const { set, pair, digests } = estimate.value;
    const index = rules.indexOf(peer, set);
    if (index === undefined) return;
    const own = pairsOf(index, pair);
    const different = Array.from({ length: BINS }, (_, bin) => bin).filter(
      (bin) => own[2 * bin] !== digests[2 * bin] || own[2 * bin + 1] !== digests[2 * bin + 1],
    );
    const wanted = symbolsFor(estimateDifferences(different.length, BINS));
    const listed = different.reduce((sum, bin) => sum + index.idsIn(bin).length, 0) * SHORT_ID_BYTES;
    // Nothing differs in these bytes, one time in 65,536: symbols see it all the same.
    const isHidden = different.length === 0;
    if (isHidden || (wanted <= MAX_SYMBOLS && wanted * SYMBOL_BYTES < listed)) sendSymbols(peer, set, index, 0, wanted);
    else rules.sendIds(peer, set, different);
  };

  const onMore = (peer: Peer, frame: Uint8Array): void => {
    const more = decodeMore(frame);
    if (!more.ok) return context.refused(more.code);
    const { set, from } = more.value;
    const index = rules.indexOf(peer, set);
    if (index !== undefined) sendSymbols(peer, set, index, from, Math.max(32, Math.ceil(from / 2)));
  };

  const readRow = (peer: Peer, set: SetId, row: Row): void => {
    const index = rules.indexOf(peer, set);
    if (index === undefined) return;
    const own = saltedIds(peer, set, index);
    const theirs = new Uint8Array(row.length * SYMBOL_BYTES);
    let at = 0;
    for (const part of row.parts) {
      theirs.set(part, at);
      at += part.length;
    }
    const found = decodeDifference(encodeSet(own.keys(), row.length), unpackSymbols(theirs));
    if (found !== undefined) {
      rowsOf(peer).delete(set);
      const mine = found.flatMap((id) => own.get(id) ?? []);
      return rules.onDifference(peer, set, { theirs: found.filter((id) => !own.has(id)), mine });
    }
    if (row.asked < MAX_MORE && row.length < MAX_SYMBOLS) {
      row.asked++;
      return context.send(peer.link, encodeMore({ kind: 'more', set, from: row.length }), true);
    }
    rowsOf(peer).delete(set);
    context.count('sets not read from symbols');
    rules.sendBins(peer, set);
  };

  return {
    begin,
    onEstimate,
    onMore,
    onSymbols: (peer, frame) => {
      const symbols = decodeSymbols(frame);
      if (!symbols.ok) return context.refused(symbols.code);
      const { set, from, symbols: part } = symbols.value;
      const row = rows.get(peer)?.get(set);
      if (row === undefined || from !== row.length || part.length === 0) return context.refused('wrong-state');
      row.parts.push(part);
      row.length += part.length / SYMBOL_BYTES;
      readRow(peer, set, row);
    },
    onPick: (peer, frame) => {
      const pick = decodePick(frame);
      if (!pick.ok) {
        context.refused(pick.code);
        return undefined;
      }
      const { set } = pick.value;
      const index = rules.indexOf(peer, set);
      if (index === undefined) return undefined;
      const own = saltedIds(peer, set, index);
      const ids = pick.value.ids.flatMap((id) => own.get(id) ?? []);
      return { set, ids, gone: ids.length < pick.value.ids.length };
    },
    forget: (peer) => {
      rows.delete(peer);
      for (let at = salted.length - 1; at >= 0; at--) if (salted[at]?.peer === peer) salted.splice(at, 1);
    },
  };
};
