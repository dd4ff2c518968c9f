import { expect, test } from 'vitest';
import type { Epoch, Millis, NodeAddress, OfferId, Plz } from '#core/brand.ts';
import type { OfferView, PracticeView } from '#host/rpc/api.ts';
import { PROFILE } from '#test/engine/practice.ts';
import { nextStep } from '#ui/therapist/next-step.ts';

const fresh: PracticeView = {
  address: 'ab'.repeat(16) as NodeAddress,
  publicKey: new Uint8Array(32),
  epoch: 0 as Epoch,
  profile: undefined,
  trust: { level: 0, reason: undefined, registrar: undefined, validUntil: undefined, revocationListFrom: undefined },
  offers: [],
  calendar: { land: undefined, patterns: [], busy: [] },
  restoring: false,
  retired: false,
};
const offer: OfferView = {
  id: 0 as OfferId,
  type: 'SPRECHSTUNDE',
  verfahren: ['VT'],
  modalitaeten: ['VIDEO'],
  kostentraeger: ['GKV'],
  minutes: 50,
  plz: '80799' as Plz,
  ageGroup: 'ADULTS',
  series: false,
  codeRequired: false,
  slots: [],
  announcedAt: undefined,
  spread: 'queued',
};
const slot = { start: 0 as Millis, state: 'free', requests: 0, confirmedFor: undefined, held: undefined } as const;

test('profile, offer, slots: what makes a practice findable comes before what a register has to issue', () => {
  expect(nextStep(fresh)).toBe('profile');
  const known = { ...fresh, profile: PROFILE };
  expect(nextStep(known)).toBe('offer');
  expect(nextStep({ ...known, offers: [offer] })).toBe('slots');
  const open = { ...known, offers: [{ ...offer, slots: [slot] }] };
  expect(nextStep(open)).toBe('credential');
  expect(nextStep({ ...open, trust: { ...fresh.trust, level: 2 } })).toBeUndefined();
});

test('a device that lost its practice is led nowhere', () => {
  expect(nextStep({ ...fresh, retired: true })).toBeUndefined();
});
