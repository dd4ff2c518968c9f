import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import { broadcast, heard, openToQuestions, overview, phaseOf, send, trace } from './fixtures/mesh-node.ts';
import { createPractice, fillProfile } from './fixtures/people.ts';
import { type RelayProcess, startRelay } from './fixtures/relay.ts';
import { expect, test } from './fixtures/test.ts';

/**
 * Five browsers and two relays that do not know each other. A and B are at the first relay, D and E at the second; C is linked
 * to both and becomes the bridge. A and E are practices, so that they can be written to; C says nobody who it is.
 *
 *     A, B ── relay 1 ── C ── relay 2 ── D, E
 */
/** C's app comes from the first relay, so the second must allow other origins. */
const startTwo = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'terminfunk-mesh-'));
  const config = join(folder, 'relay.json');
  writeFileSync(config, JSON.stringify({ allowedOrigins: ['*'] }));
  const relays = [await startRelay(), await startRelay(['--config', config])] as const;
  const remove = async (): Promise<void> => {
    for (const relay of relays) await relay.remove();
    rmSync(folder, { recursive: true, force: true });
  };
  return { relays, remove };
};

const openPage = async (context: BrowserContext): Promise<Page> => {
  const page = await context.newPage();
  await openToQuestions(page);
  await page.goto('/#/verbindungen');
  await expect(page.getByText('1 Relay ist verbunden')).toBeVisible();
  return page;
};

const becomePractice = async (page: Page, name: string): Promise<string> => {
  await createPractice(page);
  await fillProfile(page, name);
  await expect.poll(async () => (await overview(page)).self?.address).toMatch(/^[0-9a-f]{32}$/);
  return (await overview(page)).self?.address ?? '';
};

const addRelay = async (page: Page, relay: RelayProcess): Promise<void> => {
  await page.goto('/#/verbindungen');
  await page.getByLabel('Adresse', { exact: true }).fill(relay.origin);
  await page.getByRole('button', { name: 'Hinzufügen' }).click();
  await expect(page.getByText('2 Relays sind verbunden')).toBeVisible();
};

const isBridge = (page: Page) => expect.poll(async () => (await overview(page)).isBridge);
/** The address that a relay printed at its start. */
const addressOf = (relay: RelayProcess): string => /Terminfunk relay ([0-9a-f]{32})/.exec(relay.log())?.[1] ?? '';

test('a message, its receipt and a broadcast cross two relays over a browser between them', async ({ deviceAt }) => {
  test.setTimeout(240_000);
  const { relays, remove } = await startTwo();
  const [first, second] = relays;
  try {
    const a = await openPage(await deviceAt(first, 'laptop'));
    const b = await openPage(await deviceAt(first));
    const between = await deviceAt(first);
    let c = await openPage(between);
    const d = await openPage(await deviceAt(second));
    const e = await openPage(await deviceAt(second, 'laptop'));
    const from = await becomePractice(a, 'Praxis am Hang');
    const to = await becomePractice(e, 'Praxis am Fluss');

    await test.step('C joins what was apart', async () => {
      expect((await overview(c)).isBridge).toBe(false);
      await addRelay(c, second);
      await isBridge(c).toBe(true);
      for (const page of [a, b, d, e]) expect((await overview(page)).isBridge).toBe(false);
    });

    await test.step('a message arrives, and its receipt comes back', async () => {
      const id = await send(a, to, 'Guten Morgen');
      await expect.poll(() => heard(e)).toEqual([{ from, toAll: false, text: 'Guten Morgen' }]);
      await expect.poll(() => phaseOf(a, id)).toBe('delivered');
    });

    await test.step('the way there leads over C, who has no name', async () => {
      const { end, hops } = await trace(a, to);
      expect(end).toBe('reached');
      expect(hops.map(({ address }) => address)).toEqual([addressOf(first), undefined, addressOf(second), to]);
    });

    await test.step('a person sees the same among the connections', async () => {
      await a.goto('/#/verbindungen');
      const mesh = a.getByRole('region', { name: 'Netz' });
      await expect(mesh.getByRole('row', { name: /Relay/ })).toHaveCount(2);
      await mesh.getByRole('searchbox').fill(to);
      await mesh.getByRole('button', { name: 'Weg zeigen' }).press('Enter');
      await expect(mesh.getByText('Erreicht.')).toBeVisible();
      const hops = await mesh.getByRole('list').getByRole('listitem').allInnerTexts();
      expect(hops).toEqual([
        'Dieses Gerät',
        expect.stringMatching(/^Relay\n.*\n\d+ ms$/),
        expect.stringMatching(/^Knoten, der nicht sagt, wer er ist\n\d+ ms$/),
        expect.stringMatching(/^Relay\n.*\n\d+ ms$/),
        expect.stringMatching(/\d+ ms$/),
      ]);
      await expect(mesh.getByText('nein, gerade nicht nötig')).toBeVisible();
      await c.goto('/#/verbindungen');
      await expect(c.getByText('ja, es verbindet getrennte Teile')).toBeVisible();
      await expect(c.getByText('sagt niemandem, wer es ist')).toBeVisible();
    });

    await test.step('everybody hears a broadcast, once', async () => {
      await broadcast(a, 'An alle');
      for (const page of [b, c, d, e]) {
        await expect
          .poll(async () => (await heard(page)).filter(({ toAll }) => toAll))
          .toEqual([{ from, toAll: true, text: 'An alle' }]);
      }
      expect((await heard(b)).length + (await heard(d)).length).toBe(2);
    });

    await test.step('while C is away the first relay keeps what is for E, and it arrives when C is back', async () => {
      await c.close();
      const id = await send(a, to, 'Für später');
      await expect.poll(() => phaseOf(a, id)).toBe('custody');
      expect((await heard(e)).map(({ text }) => text)).not.toContain('Für später');
      c = await between.newPage();
      await openToQuestions(c);
      await c.goto('/#/verbindungen');
      await isBridge(c).toBe(true);
      await expect.poll(() => phaseOf(a, id), { timeout: 60_000 }).toBe('delivered');
      expect((await heard(e)).filter(({ text }) => text === 'Für später')).toHaveLength(1);
    });
  } finally {
    await remove();
  }
});
