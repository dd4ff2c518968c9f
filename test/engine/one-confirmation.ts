import { expect } from 'vitest';
import type { Millis, NodeAddress, OfferId } from '#core/brand.ts';
import { KIND } from '#core/wire/kinds.ts';
import type { Decision } from '#engine/command.ts';
import { decisionId } from '#engine/fapp/held-decision.ts';
import type { Crypto } from '#ports/crypto.ts';
import { OFFER, PROFILE } from '#test/engine/practice.ts';
import {
  createTestCrypto,
  createTestNode,
  type Fate,
  type JoinedLink,
  joinWith,
  type TestNode,
} from '#test/engine-node.ts';
import { createFaultStore, type FaultStore } from '#test/fault-store.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

export const STEPS = [
  'reserve',
  'confirm',
  'hold',
  'undo',
  'reject',
  'cancel',
  'withdraw-slot',
  'withdraw-offer',
  'offer-again',
  'power-cut',
  'hold-disk',
  'release-disk',
  'restore',
  'replay',
  'cut-link',
  'weather',
] as const;

/** One thing that happens, and how long it takes until the next. */
export interface Step {
  readonly kind: (typeof STEPS)[number];
  /** Which patient; which device of the practice, by its last bit. */
  readonly who: number;
  readonly slot: number;
  /** Chooses among what there is: a request, a frame to replay, how much a disk kept. */
  readonly pick: number;
  /** Virtual milliseconds. */
  readonly wait: number;
}

export const FORTNIGHT = 14 * 86_400_000;
const [PATIENTS, HOURS_AHEAD] = [6, 30];
const MAX_RECORDED = 400;
const OFFER_ID = 0 as OfferId;

interface Device {
  node: TestNode;
  store: FaultStore;
  readonly crypto: Crypto;
  link: JoinedLink;
}

interface Recorded {
  readonly frame: Uint8Array;
  readonly to: 'dialler' | 'listener';
}

/** Numbers that follow from a seed: the weather of a run must not depend on anything else. */
const createDice = (seed: number) => {
  let state = seed * 2_654_435_761 + 1;
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

/** Six patients, a relay, a practice and, after a restore, its second device. `weather` 0: every frame arrives. */
export const openPlay = async (weather: number) => {
  const clock = createVirtualClock();
  const dice = createDice(weather);
  const recorded: Recorded[] = [];
  let storm = false;
  const fate: Fate = (frame, to) => {
    if (recorded.length < MAX_RECORDED) recorded.push({ frame, to });
    else recorded[dice(MAX_RECORDED)] = { frame, to };
    // A link begins with its hello, or there is none.
    if (!storm || frame[0] === KIND.hello) return [1];
    const luck = dice(20);
    if (luck === 0) return [];
    if (luck === 1) return [1, 1 + dice(5_000)];
    return luck === 2 ? [1 + dice(30_000)] : [1 + dice(20)];
  };
  const relay = await createTestNode({ role: 'relay', clock });
  const open = async (crypto = createTestCrypto(), store = createFaultStore()): Promise<Device> => {
    const node = await createTestNode({ role: 'leaf', clock, crypto, store });
    return { node, store, crypto, link: joinWith(node.driver, relay.driver, clock, fate) };
  };
  const seed = new Uint8Array(32).fill(9);
  const devices: Device[] = [await open()];
  const first = devices[0] as Device;
  const address = await first.node.adopt(false, seed);
  const starts = [0, 1].map(
    (index) => (Math.ceil(clock.now() / 300_000) * 300_000 + (HOURS_AHEAD + index) * 3_600_000) as Millis,
  );
  const offerSlots = async (device: Device): Promise<void> => {
    await device.node.driver.command({ kind: 'save-profile', profile: PROFILE });
    await device.node.driver.command({ kind: 'save-offer', offer: OFFER });
    for (const start of starts)
      await device.node.driver.command({ kind: 'add-slots', offer: OFFER_ID, starts: [start] });
  };
  await offerSlots(first);
  const patients: Device[] = [];
  for (let index = 0; index < PATIENTS; index++) patients.push(await open());
  await clock.until(() => patients.every(({ node }) => node.engine.views.slots.size === 1));
  storm = weather !== 0;
  let asked = 0;

  const rejoin = (device: Device): void => {
    device.link.cut();
    device.link = joinWith(device.node.driver, relay.driver, clock, fate);
  };
  /** Power goes; the device starts again from what its disk kept. */
  const powerCut = async (device: Device, survivors: number): Promise<void> => {
    device.link.cut();
    void device.node.driver.stop();
    device.store = device.store.crash(survivors);
    device.node = await createTestNode({ role: 'leaf', clock, crypto: device.crypto, store: device.store });
    device.link = joinWith(device.node.driver, relay.driver, clock, fate);
  };
  const restore = async (): Promise<void> => {
    if (devices.length > 1) return;
    const second = await open();
    await second.node.adopt(true, seed);
    devices.push(second);
  };
  const deviceOf = ({ who }: Step): Device => devices[who % devices.length] ?? first;
  const patientOf = ({ who }: Step): Device => patients[who % PATIENTS] as Device;
  /** Asked and not waited for: a disk that is held back must not hold the play. */
  const ask = (device: Device, command: Parameters<TestNode['driver']['command']>[0]): void =>
    void device.node.driver.command(command);

  const answer = (kind: 'confirm' | 'reject', step: Step, how: 'now' | 'hold' | 'undo' = 'now'): void => {
    const device = deviceOf(step);
    const entries = device.node.engine.views.inbox();
    const entry = entries[step.pick % Math.max(entries.length, 1)] ?? entries[0];
    const open = entries.filter(({ phase }) => phase === 'open');
    const requestId = (open[step.pick % Math.max(open.length, 1)] ?? entry)?.requestId ?? 'ffffffffffffffff';
    const decision: Decision = kind === 'confirm' ? { kind, requestId, note: 'Hinterhaus' } : { kind, requestId };
    if (how === 'now') return ask(device, decision);
    ask(device, how === 'hold' ? { kind: how, decision } : { kind: how, id: decisionId(decision) });
  };

  const act = async (step: Step): Promise<void> => {
    switch (step.kind) {
      case 'reserve':
        return ask(patientOf(step), {
          kind: 'reserve',
          requestId: (++asked).toString(16).padStart(16, '0'),
          practice: address,
          offer: OFFER_ID,
          start: starts[step.slot] as Millis,
          pseudonym: `P${step.who}`,
          code: '',
          text: '',
          display: '',
        });
      case 'confirm':
      case 'reject':
        return answer(step.kind, step);
      case 'hold':
      case 'undo':
        return answer('confirm', step, step.kind);
      case 'cancel': {
        const requests = patientOf(step).node.engine.views.requests();
        const request = requests[step.pick % Math.max(requests.length, 1)];
        return request && ask(patientOf(step), { kind: 'cancel', requestId: request.requestId });
      }
      case 'withdraw-slot':
        return ask(deviceOf(step), { kind: 'withdraw-slot', offer: OFFER_ID, start: starts[step.slot] as Millis });
      case 'withdraw-offer':
        return ask(deviceOf(step), { kind: 'withdraw-offer', offer: OFFER_ID });
      case 'offer-again':
        ask(deviceOf(step), { kind: 'save-offer', offer: OFFER });
        return ask(deviceOf(step), { kind: 'add-slots', offer: OFFER_ID, starts: [starts[step.slot] as Millis] });
      case 'power-cut':
        return powerCut(step.pick % 3 === 0 ? patientOf(step) : deviceOf(step), step.pick % 4);
      case 'hold-disk':
        return deviceOf(step).store.hold();
      case 'release-disk':
        return deviceOf(step).store.release();
      case 'restore':
        return restore();
      case 'replay': {
        const again = recorded[step.pick % Math.max(recorded.length, 1)];
        const everybody = [...devices, ...patients];
        return again && everybody[step.who % everybody.length]?.link.inject(again.to, again.frame);
      }
      case 'cut-link':
        return rejoin(step.pick % 2 === 0 ? patientOf(step) : deviceOf(step));
      case 'weather':
        storm = weather !== 0 && step.pick % 2 === 0;
    }
  };

  /** A slot is of an epoch: a restored device begins anew and says so to whoever asked the old one. */
  const confirmedBy = (): string[] =>
    patients.flatMap(({ node }) =>
      node.engine.views
        .requests()
        .filter(({ phase }) => phase === 'confirmed')
        .map(({ practice, epoch, start }) => `${practice} ${epoch} ${start}`),
    );
  const unique = (keys: readonly string[], whose: string): void =>
    expect(keys, `confirmed twice, as ${whose} see it`).toHaveLength(new Set(keys).size);

  return {
    address: address as NodeAddress,
    run: (duration: number) => clock.run(duration),
    take: async (step: Step): Promise<void> => {
      await act(step);
      await clock.run(step.wait);
    },
    check: (): void => {
      unique(confirmedBy(), 'patients');
      for (const { node } of devices) {
        const confirmed = node.engine.views.inbox().filter(({ phase }) => phase === 'confirmed');
        unique(
          confirmed.map(({ start }) => String(start)),
          'the practice',
        );
      }
    },
    /** The weather clears, disks work, links come back: what was decided arrives. */
    calm: async (): Promise<void> => {
      storm = false;
      for (const device of [...devices, ...patients]) {
        device.store.release();
        rejoin(device);
      }
      await clock.run(180_000);
      for (const { node } of devices) {
        if (node.engine.views.practice()?.retired) continue;
        for (const entry of node.engine.views.inbox()) {
          if (entry.phase !== 'confirmed') continue;
          const request = patients
            .flatMap((patient) => patient.node.engine.views.requests())
            .find(({ requestId }) => requestId === entry.requestId);
          expect(request?.phase, 'what the practice confirmed, the patient sees').toBe('confirmed');
        }
      }
    },
    confirmedSlots: () => confirmedBy().length,
    /** Forges the practice's own disk, as no step can: the slot is free again although it was confirmed. */
    tamper: async (): Promise<void> => {
      const device = devices[0] as Device;
      const [offers, inbox] = [await device.store.entries('offers'), await device.store.entries('inbox')];
      const text = (value: Uint8Array, from: RegExp, to: string): Uint8Array =>
        new TextEncoder().encode(new TextDecoder().decode(value).replace(from, to));
      await device.store.commit([
        ...offers.map(({ key, value }) => ({
          op: 'put' as const,
          table: 'offers' as const,
          key,
          value: text(value, /"state":"confirmed"/g, '"state":"free"'),
        })),
        ...inbox.map(({ key, value }) => ({
          op: 'put' as const,
          table: 'inbox' as const,
          key,
          value: text(value, /"phase":"rejected"/g, '"phase":"open"'),
        })),
      ]);
      await powerCut(device, 0);
    },
  };
};

export type Play = Awaited<ReturnType<typeof openPlay>>;
