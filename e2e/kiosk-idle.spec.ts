import type { Page } from '@playwright/test';
import { expect, test } from './fixtures/test.ts';

/** As far as the slip; returns its code as it stands there. */
const askAtDemo = async (kiosk: Page): Promise<string> => {
  await kiosk.getByText('Gesetzliche Kasse', { exact: true }).click();
  await kiosk.getByRole('button', { name: 'Hier anfragen' }).first().click();
  await expect(kiosk.locator('.checks li')).toHaveText([
    /^Gleich nach dem Absenden bekommen Sie einen Code/,
    /hat Zeit/,
  ]);
  await kiosk.getByLabel('Welchen Namen soll die Praxis sehen?').fill('Mondlicht');
  await kiosk.getByRole('button', { name: 'Verschlossen absenden' }).click();
  return (await kiosk.locator('main p.code').textContent()) ?? '';
};

/** A guest who walks away from a form: asked after a while, then nothing of theirs is left. */
test('a minute without a touch: counted down, kept by a tap, cleared without one', async ({ deviceAt, relayWith }) => {
  const relay = await relayWith(['--demo']);
  const kiosk = await (await deviceAt(relay, 'laptop')).newPage();
  await kiosk.clock.install();
  await kiosk.goto('/#/kiosk');
  await kiosk.getByText('Gesetzliche Kasse', { exact: true }).click();
  await kiosk.getByRole('button', { name: 'Hier anfragen' }).first().click();
  const name = kiosk.getByLabel('Welchen Namen soll die Praxis sehen?');
  await name.fill('Mondlicht');
  const question = kiosk.getByRole('dialog', { name: 'Sind Sie noch da?' });
  await kiosk.clock.fastForward(38_000);
  await expect(question).toBeHidden();
  await kiosk.clock.fastForward(5_000);
  await expect(question).toContainText(/1\d/);
  await expect(question.getByRole('button', { name: 'Ja, weitermachen' })).toBeFocused();
  await kiosk.mouse.click(5, 5);
  await expect(question).toBeHidden();
  await expect(name).toHaveValue('Mondlicht');
  await kiosk.clock.fastForward(61_000);
  await expect(kiosk.getByText('Bitte wählen Sie zuerst, wer bezahlt.')).toBeVisible();
  await expect(question).toBeHidden();
  const said = kiosk.getByText('Der Kiosk steht wieder am Anfang.');
  await expect(said).toHaveCount(1);
  await kiosk.getByText('Gesetzliche Kasse', { exact: true }).click();
  await expect(said).toHaveCount(0);
  await kiosk.getByRole('button', { name: 'Hier anfragen' }).first().click();
  await expect(name).toHaveValue('');
});

test('a guest changes the language in the middle of a form; the next one finds the kiosk as it was set up', async ({
  deviceAt,
  relayWith,
}) => {
  const relay = await relayWith(['--demo']);
  const kiosk = await (await deviceAt(relay, 'laptop')).newPage();
  await kiosk.clock.install();
  await kiosk.goto('/#/kiosk/einrichten');
  await kiosk.getByLabel('Neue PIN', { exact: true }).fill('482719');
  await kiosk.getByLabel('Neue PIN noch einmal').fill('482719');
  await kiosk.getByRole('button', { name: 'Speichern und Kiosk starten' }).click();
  await expect(kiosk).not.toHaveURL(/einrichten/);
  await kiosk.getByText('Gesetzliche Kasse', { exact: true }).click();
  await kiosk.getByRole('button', { name: 'Hier anfragen' }).first().click();
  await kiosk.getByLabel('Welchen Namen soll die Praxis sehen?').fill('Mondlicht');
  await kiosk.locator('header select').selectOption({ label: 'English' });
  await expect(kiosk.locator('html')).toHaveAttribute('lang', 'en');
  await expect(kiosk.getByLabel('Which name should the practice see?')).toHaveValue('Mondlicht');
  await kiosk.clock.fastForward(61_000);
  await expect(kiosk.getByText('Bitte wählen Sie zuerst, wer bezahlt.')).toBeVisible();
  await expect(kiosk.locator('html')).toHaveAttribute('lang', 'de');
});

test('one tap does not throw away a code: whether paper came out nobody knows here', async ({
  deviceAt,
  relayWith,
}) => {
  const relay = await relayWith(['--demo']);
  const kiosk = await (await deviceAt(relay, 'laptop')).newPage();
  await kiosk.goto('/#/kiosk');
  const code = await askAtDemo(kiosk);
  const question = kiosk.getByRole('dialog', { name: 'Haben Sie den Code notiert?' });
  const done = kiosk.getByRole('button', { name: 'Fertig, alles löschen' });
  await expect(done).not.toHaveClass(/btn--primary/);
  const waysOut = [
    done,
    kiosk.getByRole('button', { name: 'Neu beginnen' }),
    kiosk.getByRole('link', { name: 'Kiosk einrichten' }),
    kiosk.getByRole('link', { name: 'Beenden' }),
  ];
  for (const way of waysOut) {
    await way.click();
    await expect(question.locator('p.code')).toHaveText(code);
    await question.getByRole('button', { name: 'Nein, Code weiter zeigen' }).click();
    await expect(question).toBeHidden();
    await expect(kiosk.locator('main p.code')).toHaveText(code);
  }
  await kiosk.getByRole('link', { name: 'Kiosk einrichten' }).click();
  await question.getByRole('button', { name: 'Ja, alles löschen' }).click();
  await expect(kiosk).toHaveURL(/#\/kiosk\/einrichten$/);

  await kiosk.goto('/#/kiosk');
  await askAtDemo(kiosk);
  await kiosk.getByRole('button', { name: 'Neu beginnen' }).click();
  await question.getByRole('button', { name: 'Ja, alles löschen' }).click();
  await expect(kiosk.getByText('Bitte wählen Sie zuerst, wer bezahlt.')).toBeVisible();

  await askAtDemo(kiosk);
  await kiosk.getByRole('button', { name: 'Code drucken' }).click();
  await done.click();
  await question.getByRole('button', { name: 'Ja, alles löschen' }).click();
  await expect(kiosk.getByText('Bitte wählen Sie zuerst, wer bezahlt.')).toBeVisible();
});

test('who goes while the request is being made leaves no code to the next visitor', async ({ deviceAt, relayWith }) => {
  const relay = await relayWith(['--demo']);
  const kiosk = await (await deviceAt(relay, 'laptop')).newPage();
  await kiosk.goto('/#/kiosk');
  await kiosk.getByText('Gesetzliche Kasse', { exact: true }).click();
  await kiosk.getByRole('button', { name: 'Hier anfragen' }).first().click();
  await kiosk.getByLabel('Welchen Namen soll die Praxis sehen?').fill('Mondlicht');
  await kiosk.evaluate(async () => {
    document.querySelector('form')?.requestSubmit();
    // The fields are looked through first; then the code is stretched for some tenths of a second.
    await new Promise((done) => setTimeout(done, 20));
    document.querySelector<HTMLElement>('[aria-label="Neu beginnen"]')?.click();
  });
  await expect(kiosk.getByText('Bitte wählen Sie zuerst, wer bezahlt.')).toBeVisible();
  // Longer than a code takes to be made.
  await kiosk.waitForTimeout(3_000);
  await kiosk.getByRole('button', { name: 'Neu beginnen' }).click();
  await expect(kiosk.getByRole('dialog', { name: 'Haben Sie den Code notiert?' })).toBeHidden();
  await expect(kiosk.locator('p.code')).toHaveCount(0);
});

test('the example of a code has letters as codes do, and is none', async ({ deviceAt, relayWith }) => {
  const kiosk = await (await deviceAt(await relayWith([]), 'laptop')).newPage();
  await kiosk.goto('/#/kiosk');
  await kiosk.getByRole('button', { name: 'Antwort abholen' }).click();
  const field = kiosk.getByLabel('Abholcode');
  await expect(field).toHaveAttribute('placeholder', /^(?=.*[A-Z])(?=.*\d)(?:[\dA-Z]{4}-){3}[\dA-Z]{4}$/);
  await field.fill((await field.getAttribute('placeholder')) ?? '');
  await kiosk.getByRole('button', { name: 'Antwort suchen' }).click();
  await expect(kiosk.getByText(/Ein Zeichen stimmt nicht/)).toBeVisible();
});

test('the next page of the list begins at its first slot, also where the screen stands upright', async ({
  deviceAt,
  relayWith,
}) => {
  const kiosk = await (await deviceAt(await relayWith(['--demo']), 'laptop')).newPage();
  await kiosk.setViewportSize({ width: 1080, height: 1920 });
  await kiosk.goto('/#/kiosk');
  await kiosk.getByText('Gesetzliche Kasse', { exact: true }).click();
  const first = kiosk.locator('article').first();
  await expect(kiosk.locator('article')).toHaveCount(6);
  const next = kiosk.getByRole('button', { name: 'Nächste Termine' });
  await next.scrollIntoViewIfNeeded();
  await next.click();
  await expect(kiosk.getByText(/^7 bis/)).toBeVisible();
  await expect(first).toBeFocused();
  await expect(first).toBeInViewport({ ratio: 1 });
});
