import type { MessageId, Millis } from '#core/brand.ts';
import { DAY, MINUTE } from '#core/domain/limits.ts';
import { ok, refuse } from '#core/result.ts';
import type { NodeClient, NodeTopic, RelayStatus } from '#host/rpc/api.ts';
import { alertCalls } from './fixture-alerts.ts';
import { backupCalls } from './fixture-backup.ts';
import { blockCalls } from './fixture-blocked.ts';
import { handOverCalls } from './fixture-hand-over.ts';
import { meshCalls } from './fixture-mesh.ts';
import { patientCalls } from './fixture-patient.ts';
import { pickUpCalls } from './fixture-pick-up.ts';
import { practiceCalls } from './fixture-practice.ts';
import { makeSlots, PLACES } from './fixture-slots.ts';
import { statisticsCalls } from './fixture-statistics.ts';
import { wishCalls } from './fixture-wishes.ts';

/** Which state of the world the page shows. */
export type Scenario = 'plain' | 'filled' | 'first' | 'stale' | 'nothing' | 'broken' | 'island' | 'retired';

const SCENARIOS: readonly Scenario[] = ['plain', 'filled', 'first', 'stale', 'nothing', 'broken', 'island', 'retired'];
export const parseScenario = (text: string | null): Scenario => SCENARIOS.find((one) => one === text) ?? 'plain';

/** A node made of fixtures: for looking at the interface, never part of the product. */
export const createFixtureNode = (scenario: Scenario): NodeClient => {
  const now = Date.now() as Millis;
  const listeners = new Set<(topic: NodeTopic) => void>();
  const tell = (topic: NodeTopic): void => {
    for (const listener of listeners) listener(topic);
  };
  const synced = {
    plain: 2 * MINUTE,
    island: MINUTE,
    filled: 2 * MINUTE,
    stale: 3 * DAY,
    nothing: MINUTE,
    retired: MINUTE,
  } as const;
  const syncedAt = (): Millis | undefined =>
    scenario === 'first' || scenario === 'broken' ? undefined : ((now - synced[scenario]) as Millis);
  const slots = scenario === 'first' || scenario === 'nothing' ? [] : makeSlots(now, 63);
  const patient = patientCalls(slots, syncedAt, tell);
  const practice = practiceCalls(tell);
  const alerts = alertCalls(patient.search, tell);
  const wishes = wishCalls(slots, tell);
  if (scenario === 'island') practice.fill();
  if (scenario === 'retired') practice.retire();
  if (scenario === 'filled') {
    patient.fill();
    alerts.fill();
    wishes.fill();
    practice.fill();
  }
  let relays: RelayStatus[] = [
    { origin: 'https://relay.terminfunk.example', state: 'connected', transport: 'webtransport', since: now },
    { origin: 'https://zwei.terminfunk.example', state: 'waiting', transport: undefined, since: undefined },
    { origin: 'https://weg.example:8443', state: 'unreachable', transport: undefined, since: (now - DAY) as Millis },
  ];

  return {
    ...patient,
    ...practice,
    ...alerts,
    ...wishes,
    ...pickUpCalls(slots, tell),
    ...blockCalls(tell),
    ...backupCalls(),
    ...handOverCalls(),
    ...statisticsCalls(scenario === 'filled', tell),
    ...meshCalls(
      now,
      scenario === 'broken' ? 'broken' : scenario === 'first' ? 'empty' : scenario === 'island' ? 'island' : 'full',
    ),
    search: (query) => (scenario === 'broken' ? Promise.reject(new Error('broken')) : patient.search(query)),
    board: () => Promise.resolve({ kind: 'none' }),
    lookForBoard: () => Promise.resolve({ ok: true, value: null }),
    boardChannel: () => Promise.resolve(undefined),
    askStations: () => Promise.resolve({ ok: true, value: 'question' }),
    stationAnswer: () => Promise.resolve(undefined),
    sendRadioCheck: () => Promise.resolve({ ok: true, value: { number: 1 } }),
    tuneBoard: () => Promise.resolve({ ok: true, value: null }),
    listenAround: () => Promise.resolve({ ok: true, value: null }),
    places: (text) => {
      const wanted = text.toLowerCase().trim();
      return Promise.resolve(
        PLACES.filter(
          (one) => one.plz.startsWith(wanted.slice(0, 5)) || one.place.toLowerCase().startsWith(wanted),
        ).map(({ plz, place }) => ({ plz, place })),
      );
    },
    status: () =>
      Promise.resolve({
        role: 'leading',
        relays: scenario === 'first' ? [] : relays,
        isIsland: scenario === 'island',
        syncedAt: syncedAt(),
        slots: slots.length,
        queued: 1,
        clockSkew: 340 as Millis,
        clockBehind: 0 as Millis,
        isDated: true,
        storage: 'ok',
        demo: scenario === 'filled',
        registrars: scenario === 'filled' ? [{ name: 'Demo-Register Isar', demo: true }] : [],
      }),
    attend: () => Promise.resolve({ ok: true, value: null }),
    resume: () => Promise.resolve({ ok: true, value: null }),
    addRelay: (origin) => {
      if (relays.some((one) => one.origin === origin)) return Promise.resolve(refuse('replayed'));
      relays = [...relays, { origin, state: 'connecting', transport: undefined, since: undefined }];
      tell('status');
      return Promise.resolve(ok(null));
    },
    removeRelay: (origin) => {
      relays = relays.filter((one) => one.origin !== origin);
      tell('status');
      return Promise.resolve(ok(null));
    },
    diagnostics: () =>
      Promise.resolve({
        build: 'fixture-3f2a91c07be4d518',
        counters: {
          'bytes received': 218_944,
          'frames beacon': 1894,
          'duplicate announce': 212,
          'refused superseded': 12,
          'refused by peer 14': 4,
        },
        outbox: [{ id: 'cd'.repeat(16) as MessageId, kind: 'bundle', phase: 'queued', bytes: 512 }],
      }),
    deleteEverything: () => {
      patient.clear();
      alerts.clear();
      wishes.clear();
      practice.clear();
      return Promise.resolve();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
};
