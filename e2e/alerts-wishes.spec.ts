import {
  addSlot,
  confirm,
  createPractice,
  dayFromNow,
  fillProfile,
  makeOffer,
  phase,
  reject,
} from './fixtures/people.ts';
import { expect, test } from './fixtures/test.ts';
import { noViolations } from './fixtures/violations.ts';

/** What becomes of a search that found nothing, and of a request that was declined: kept on the device, and the next one asked for. */
const SEARCH = '/#/termine?wer=GKV&plz=80331&alle=1';

test('a search is kept and tells what is new; a declined request is followed by the next wish', async ({ device }) => {
  const practice = await (await device('laptop')).newPage();
  await createPractice(practice);
  await fillProfile(practice);
  await makeOffer(practice);

  // Nothing is free: the search is kept on this device.
  const page = await (await device()).newPage();
  await page.goto(SEARCH);
  await page.getByRole('button', { name: 'Suche merken' }).click();
  await expect(page.getByText('Diese Suche ist gemerkt.')).toBeVisible();
  await noViolations(page);
  await page.goto('/#/daten');
  await expect(page.getByText('1 gemerkte Suche mit ihren Vorgaben')).toBeVisible();

  // Three slots become free while somebody looks at something else: a mark on the menu, nothing more.
  for (const time of ['09:00', '11:00', '13:00']) await addSlot(practice, { day: dayFromNow(4), time });
  const news = page.getByRole('button', { name: 'Menü, 3 neue Termine zu Ihren gemerkten Suchen' });
  await expect(news).toBeVisible();
  await news.click();
  await page.getByRole('link', { name: /Gemerkte Suchen/ }).click();
  const card = page.getByRole('listitem').filter({ hasText: '80331 München' });
  await expect(card).toContainText('Gesetzliche Kasse');
  await expect(card).toContainText('3 neue Termine');
  await noViolations(page);

  // It outlives a reload; deleted, it can be put back; what was looked at is not new any more.
  await page.reload();
  await card.getByRole('button', { name: /Löschen/ }).click();
  await expect(page.getByText('Keine Suche ist gemerkt.')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(card).toContainText('3 neue Termine');
  await card.getByRole('link', { name: /Termine ansehen/ }).click();
  await expect(page.getByRole('article').getByText('Neu', { exact: true })).toHaveCount(3);
  await expect(page.getByRole('button', { name: 'Menü', exact: true })).toBeVisible();

  // The first is asked for, the others wait behind it.
  const slots = await page.locator('article a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  const open = (index: number) => page.goto(`/${slots[index]}`);
  await open(0);
  await page.getByRole('link', { name: 'Diesen Termin anfragen' }).click();
  await page.getByRole('textbox').first().fill('Mondlicht');
  await page.locator('button[type=submit]').click();
  await expect(phase(page, /Angekommen/)).toBeVisible();
  for (const index of [1, 2]) {
    await open(index);
    await page.getByRole('button', { name: 'Als nächsten Wunsch merken' }).click();
    await expect(page.getByText('Gemerkt als Ihr nächster Wunsch.')).toBeVisible();
  }

  // By keyboard the last becomes the next.
  await page.goto('/#/anfragen');
  const wishes = page.getByRole('listitem').filter({ hasText: 'Wunsch' });
  await expect(wishes).toHaveCount(2);
  await noViolations(page);
  await wishes
    .nth(1)
    .getByRole('button', { name: /^Früher/ })
    .focus();
  await page.keyboard.press('Enter');
  await expect(wishes.nth(0)).toContainText('13:00');
  await expect(wishes.nth(0).getByRole('button', { name: /^Später/ })).toBeFocused();

  // No to the first: the next goes by itself. Yes to that one: the last is passed over, and why.
  await reject(practice, 'Mondlicht');
  await expect(page.getByText('Nicht zugesagt')).toBeVisible();
  await expect(wishes).toHaveCount(1);
  await expect(page.getByText('In der Praxis angekommen')).toBeVisible();
  await confirm(practice, 'Mondlicht');
  await expect(page.getByText('Zugesagt', { exact: true })).toBeVisible();
  await expect(wishes).toHaveCount(0);
  await expect(page.getByText('Wegen der Zusage nicht mehr gewünscht')).toBeVisible();

  // Another time with the same practice: the old one stays until the new one is theirs.
  await page.getByRole('link', { name: /13:00/ }).click();
  await expect(page).toHaveURL(/#\/anfrage\//);
  const old = page.url();
  await page.locator('summary', { hasText: 'Anderen Termin' }).click();
  await page.getByRole('button', { name: /Stattdessen anfragen.*11:00/ }).click();
  // Said first, to whom and in what name: Escape sends nothing.
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(/11:00.*Mondlicht/s);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('button', { name: /Stattdessen anfragen.*11:00/ })).toBeFocused();
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: 'Anfrage senden' }).click();
  await expect(phase(page, /Angekommen/)).toBeVisible();
  await expect(page.getByText('bleibt, bis dieser hier zugesagt ist')).toBeVisible();
  await noViolations(page);

  // The answer comes while somebody is elsewhere, and be it at another request: told there and after a reload, in words,
  // until it is looked at.
  await page.goto(old);
  await expect(phase(page, /gehört Ihnen/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Menü', exact: true })).toBeVisible();
  await confirm(practice, 'Mondlicht');
  const menu = page.getByRole('button', { name: 'Menü, Es gibt Neues zu Ihrer Anfrage' });
  await expect(menu).toBeVisible();
  await page.goto('/#/');
  const told = page.getByRole('main').getByRole('link', { name: 'Es gibt Neues zu Ihrer Anfrage' });
  await expect(told).toBeVisible();
  await noViolations(page);
  await page.goto(SEARCH);
  await page.reload();
  await expect(told).toBeVisible();
  await menu.click();
  await expect(page.getByRole('link', { name: 'Meine Anfragen Es gibt Neues zu Ihrer Anfrage' })).toBeVisible();
  await page.keyboard.press('Escape');
  await told.click();
  await expect(phase(page, /gehört Ihnen/)).toBeVisible();
  await page.goto('/#/');
  await expect(told).toBeHidden();
  await expect(page.getByRole('button', { name: 'Menü', exact: true })).toBeVisible();
  await page.goto('/#/anfragen');
  await expect(page.getByText('Abgesagt')).toBeVisible();
  await expect(page.getByText('Zugesagt', { exact: true })).toHaveCount(1);
});
