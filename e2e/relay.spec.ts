import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { beginConfirming, dayFromNow, findSlot, openPractice, phase, reserve } from './fixtures/people.ts';
import { startRelay } from './fixtures/relay.ts';
import { expect, test } from './fixtures/test.ts';

const SLOT = { day: dayFromNow(4), time: '09:00' };
const WORDS = 'Schlaflos seit März';

const filesUnder = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesUnder(path) : [path];
  });

test('the relay keeps neither what a patient wrote nor who wrote to whom', async ({ device, relay }) => {
  const practice = await (await device('laptop')).newPage();
  await openPractice(practice, SLOT);
  await practice.close();
  const patient = await (await device()).newPage();
  await findSlot(patient);
  await reserve(patient, 'Mondlicht', WORDS);
  await expect(phase(patient, /Sicher verwahrt/)).toBeVisible();
  await relay.kill();
  const kept = filesUnder(relay.data).map((path) => readFileSync(path));
  // The announcement is public and must be there: the look into the store sees something.
  expect(kept.some((bytes) => bytes.includes('Miriam'))).toBe(true);
  for (const secret of [WORDS, 'Schlaflos', 'Mondlicht']) {
    expect(
      kept.some((bytes) => bytes.includes(secret)),
      secret,
    ).toBe(false);
    expect(relay.log()).not.toContain(secret);
  }
  expect(relay.log()).not.toMatch(/127\.0\.0\.1:\d+ |POST|GET/);
});

test('over a WebSocket where there is no WebTransport', async ({ browser }) => {
  const relay = await startRelay(['--no-webtransport']);
  const laptop = await browser.newContext({ baseURL: relay.origin, viewport: { width: 1280, height: 800 } });
  const phone = await browser.newContext({ baseURL: relay.origin, viewport: { width: 390, height: 844 } });
  const practice = await laptop.newPage();
  await openPractice(practice, SLOT);
  const patient = await phone.newPage();
  await findSlot(patient);
  await reserve(patient, 'Mondlicht');
  await expect(phase(patient, /Angekommen/)).toBeVisible();
  await laptop.close();
  await phone.close();
  await relay.remove();
});

test('two tabs of the practice confirm at once: one appointment', async ({ device }) => {
  const laptop = await device('laptop');
  const practice = await laptop.newPage();
  await openPractice(practice, SLOT);
  const patients: Page[] = [];
  for (const name of ['Mondlicht', 'Fuchs']) {
    const patient = await (await device()).newPage();
    await findSlot(patient);
    await reserve(patient, name);
    await expect(phase(patient, /Angekommen/)).toBeVisible();
    patients.push(patient);
  }
  const second = await laptop.newPage();
  const last = [];
  for (const [tab, name] of [
    [practice, 'Mondlicht'],
    [second, 'Fuchs'],
  ] as const)
    last.push(await beginConfirming(tab, name));
  // Both in the same moment: a tab that hears of the other's first would not let anybody press any more.
  await Promise.all(last.map((button) => button.evaluate((element: HTMLElement) => element.click())));
  const confirmed = async () => {
    const states = await Promise.all(patients.map((patient) => phase(patient, /Zugesagt/).isVisible()));
    return states.filter(Boolean).length;
  };
  await expect.poll(confirmed, { timeout: 60_000 }).toBe(1);
  // The other one is told, after the random delay of rejections.
  await expect
    .poll(
      async () =>
        (await Promise.all(patients.map((patient) => phase(patient, /vergeben/).isVisible()))).filter(Boolean).length,
      { timeout: 60_000 },
    )
    .toBe(1);
  expect(await confirmed()).toBe(1);
});
