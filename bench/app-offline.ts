/**
 * Starts without a network on a device that has been here before and holds 100,000 announcements, as it would itself: the
 * packed snapshot, the packed identity records of the 6,250 practices, and the time of the last sync.
 */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Browser, BrowserContext, Page } from 'playwright';
import type { Counter, Epoch, Millis, NodeAddress, OfferId, Plz, WireMinute } from '#core/brand.ts';
import { addressOf } from '#core/crypto/address.ts';
import { CAPABILITY } from '#core/domain/values.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { encodeAnnounce } from '#core/wire/announce.ts';
import { encodeIdentity } from '#core/wire/identity.ts';
import { withSignature } from '#core/wire/signed.ts';
import { encodeMillis } from '#engine/loaded-state.ts';
import { IDENTITIES_PACK_KEY } from '#engine/records/kept-identities.ts';
import { packRows } from '#engine/records/packed-rows.ts';
import { createSlotStore } from '#engine/slots/slot-store.ts';
import { packSnapshot } from '#engine/slots/snapshot.ts';
import { announcement } from './announcements.ts';
import { startRelayProcess } from './relay-process.ts';

const ANNOUNCEMENTS = 100_000;
const OFFERS = 16;
const PRACTICES = ANNOUNCEMENTS / OFFERS;
const CAPACITY = 120_000;
const SIGNATURE_BYTES = 64;
const RESULTS = '/#/termine?wer=GKV&alle=1&plz=80331';
const PAUSE_MS = 500;

export interface OfflineStarts {
  readonly startMs: readonly number[];
  /** The rows alone, read in a page of the same origin. */
  readonly readMs: readonly number[];
}

interface Row {
  readonly table: string;
  readonly key: string;
  readonly value: Uint8Array;
}

const unwrap = (encoded: ReturnType<typeof encodeAnnounce>): Uint8Array => {
  if (!encoded.ok) throw new Error(encoded.code);
  return encoded.value;
};
/** A start trusts its own announcements: no signature of theirs is checked, so none is made. */
const unsigned = (bytes: Uint8Array): Uint8Array => {
  const raw = new Uint8Array(bytes.length + SIGNATURE_BYTES);
  raw.set(bytes);
  return raw;
};

const rawKey = (key: KeyObject): Uint8Array =>
  Uint8Array.from(key.export({ format: 'der', type: 'spki' }).subarray(-32));

const identityRow = (number: number, now: Millis): Row => {
  const pair = generateKeyPairSync('ed25519');
  const publicKey = rawKey(pair.publicKey);
  const record = unwrap(
    encodeIdentity({
      kind: 'identity',
      publicKey,
      epoch: 0 as Epoch,
      counter: 1 as Counter,
      issued: toWireMinute(now),
      capabilities: CAPABILITY.THERAPIST,
      prekeys: [],
      credential: undefined,
      profile: {
        name: `Dr. Erika Mustermann ${number}`,
        street: 'Musterstraße 1',
        plz: '80331' as Plz,
        city: 'München',
        phone: '089 123456',
        email: '',
        website: '',
        impressum: 'Erika Mustermann, Musterstraße 1, 80331 München',
        languages: ['de', 'en'],
        beruf: 'PP',
        stepFree: true,
        lift: false,
        signLanguage: false,
      },
    }),
  );
  const raw = withSignature(record, Uint8Array.from(sign(null, record, pair.privateKey)));
  const value = new Uint8Array(raw.length + 1);
  value.set(raw, 1);
  return { table: 'identities', key: addressOf(publicKey), value };
};

const createRows = (now: Millis): Row[] => {
  // Starts lie on a grid of five minutes.
  const minute = (toWireMinute(now) - (toWireMinute(now) % 5)) as WireMinute;
  const store = createSlotStore({ capacity: CAPACITY });
  const identities: Row[] = [];
  for (let practice = 0; practice < PRACTICES; practice++) {
    const row = identityRow(practice, now);
    identities.push(row);
    for (let offer = 0; offer < OFFERS; offer++) {
      const announce = {
        ...announcement(practice * OFFERS + offer, minute),
        address: row.key as NodeAddress,
        offer: offer as OfferId,
      };
      const put = store.put(announce, unsigned(unwrap(encodeAnnounce(announce))), 0, minute);
      if (!put.ok) throw new Error(put.code);
    }
  }
  const snapshot = { table: 'snapshot', key: 'slots', value: packSnapshot(store) };
  const packed = { table: 'snapshot', key: IDENTITIES_PACK_KEY, value: packRows(identities) };
  return [packed, snapshot, { table: 'meta', key: 'synced', value: encodeMillis(now) }];
};

/** One run of bytes: table, key and value, each after its length as four bytes. */
const joinRows = (rows: readonly Row[]): Buffer =>
  Buffer.concat(
    rows.flatMap(({ table, key, value }) =>
      [Buffer.from(table), Buffer.from(key), value].flatMap((part) => {
        const length = Buffer.alloc(4);
        length.writeUInt32LE(part.length);
        return [length, part];
      }),
    ),
  );

/** In a page of the app's origin that is not the app: nothing else has the database open. */
const writeRows = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const bytes = new Uint8Array(await (await fetch('/rows')).arrayBuffer());
    const view = new DataView(bytes.buffer);
    let at = 0;
    const next = (): Uint8Array => {
      const length = view.getUint32(at, true);
      at += 4 + length;
      return bytes.slice(at - length, at);
    };
    const text = new TextDecoder();
    const database = await new Promise<IDBDatabase>((done, failed) => {
      const opening = indexedDB.open('terminfunk');
      opening.onsuccess = () => done(opening.result);
      opening.onerror = () => failed(opening.error);
    });
    const step = database.transaction(['identities', 'snapshot', 'announces', 'meta'], 'readwrite');
    step.objectStore('announces').clear();
    while (at < bytes.length) {
      const table = step.objectStore(text.decode(next()));
      const key = text.decode(next());
      table.put(next(), key);
    }
    await new Promise<void>((done, failed) => {
      step.oncomplete = () => done();
      step.onabort = () => failed(step.error);
    });
    database.close();
  });

const readRows = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const begun = performance.now();
    const database = await new Promise<IDBDatabase>((done) => {
      const opening = indexedDB.open('terminfunk');
      opening.onsuccess = () => done(opening.result);
    });
    const tables = ['identities', 'snapshot'];
    const step = database.transaction(tables);
    await Promise.all(
      tables.map(
        (table) =>
          new Promise<void>((done) => {
            step.objectStore(table).getAll().onsuccess = () => done();
          }),
      ),
    );
    database.close();
    return performance.now() - begun;
  });

declare global {
  var listShownAt: number | undefined;
}

/** In the page: when the first card has been drawn. */
const watchList = (): void => {
  const look = (): void => {
    if (globalThis.listShownAt !== undefined || document.querySelector('a[href*="#/termin/"]') === null) return;
    requestAnimationFrame(() => {
      globalThis.listShownAt ??= performance.now();
    });
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
};

const startOnce = async (context: BrowserContext): Promise<number> => {
  const page = await context.newPage();
  await page.addInitScript(watchList);
  await page.goto(RESULTS, { waitUntil: 'commit' });
  await page.locator('a[href*="#/termin/"]').first().waitFor();
  const shownAt = await page.evaluate(() => globalThis.listShownAt ?? Number.NaN);
  await page.close();
  return shownAt;
};

/** The first visit brings the app and makes the database; then the rows are put where it keeps them. */
const prepare = async (context: BrowserContext): Promise<void> => {
  const first = await context.newPage();
  await first.goto('/');
  await first.evaluate(async () => void (await navigator.serviceWorker.ready));
  await first.waitForTimeout(PAUSE_MS);
  await first.close();
  const rows = joinRows(createRows(Date.now() as Millis));
  const page = await context.newPage();
  await page.route('**/rows', (route) => route.fulfill({ body: rows }));
  await page.goto('/healthz');
  await writeRows(page);
  await page.close();
};

export const measureOfflineStarts = async (browser: Browser, runs: number): Promise<OfflineStarts> => {
  const relay = await startRelayProcess();
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    locale: 'de-DE',
    baseURL: relay.origin,
  });
  const startMs: number[] = [];
  const readMs: number[] = [];
  try {
    await prepare(context);
    const beside = await context.newPage();
    await beside.goto('/healthz');
    await context.setOffline(true);
    await startOnce(context);
    for (let run = 0; run < runs; run++) {
      startMs.push(await startOnce(context));
      await beside.waitForTimeout(PAUSE_MS);
      readMs.push(await readRows(beside));
    }
  } finally {
    await context.close();
    await relay.stop();
  }
  return { startMs, readMs };
};
