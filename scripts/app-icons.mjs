// Draws the app's icons from public/icons/app-icon.svg with Chromium: `node scripts/app-icons.mjs`. The results are
// committed; run it again when the drawing changes. The "any" icons get round corners, the maskable one fills its square.
import { readFileSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright';
import { CHROMIUM_FLAGS, findChromium } from './chromium.mjs';

const ICONS = new URL('../public/icons/', import.meta.url);
const svg = readFileSync(new URL('app-icon.svg', ICONS), 'utf8');

const browser = await chromium.launch({ executablePath: findChromium() ?? '', args: CHROMIUM_FLAGS });
/** @param {string} file @param {number} size in pixels @param {number} corner part of the size that is round */
const draw = async (file, size, corner) => {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(
    `<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px;border-radius:${corner * size}px}</style>${svg}`,
  );
  writeFileSync(new URL(file, ICONS), await page.screenshot({ omitBackground: true }));
  await page.close();
};
await draw('icon-192.png', 192, 0.2);
await draw('icon-512.png', 512, 0.2);
await draw('icon-maskable-512.png', 512, 0);
await browser.close();
