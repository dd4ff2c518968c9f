import { expect, test } from './fixtures/test.ts';

/** A guest who walks away from a form: asked after a while, then nothing of theirs is left. */
test('a minute without a touch: counted down, kept by a tap, cleared without one', async ({ deviceAt, relayWith }) => {
  const relay = await relayWith(['--demo']);
  const kiosk = await (await deviceAt(relay, 'laptop')).newPage();
  await kiosk.clock.install();
  await kiosk.goto('/#/kiosk');
  await kiosk.getByText('Gesetzliche Kasse', { exact: true }).click();
  await kiosk.getByRole('button', { name: 'Hier anfragen' }).first().click();
  const name = kiosk.getByLabel('Wie dürfen wir Sie nennen?');
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
  await kiosk.getByText('Gesetzliche Kasse', { exact: true }).click();
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
  await kiosk.getByText('Gesetzliche Kasse', { exact: true }).click();
  await kiosk.getByRole('button', { name: 'Hier anfragen' }).first().click();
  await kiosk.getByLabel('Wie dürfen wir Sie nennen?').fill('Mondlicht');
  await kiosk.locator('header select').selectOption({ label: 'English' });
  await expect(kiosk.locator('html')).toHaveAttribute('lang', 'en');
  await expect(kiosk.getByLabel('What may we call you?')).toHaveValue('Mondlicht');
  await kiosk.clock.fastForward(61_000);
  await expect(kiosk.getByText('Bitte wählen Sie zuerst, wer bezahlt.')).toBeVisible();
  await expect(kiosk.locator('html')).toHaveAttribute('lang', 'de');
});
