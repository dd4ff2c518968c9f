/**
 * Builds the three inlined sprites from Phosphor (MIT): what a patient's screens use, which the build draws into the page
 * (scripts/first-view-plugin.mjs), what only a practice, a kiosk or the diagnostics use, and what only the replay of a trace
 * uses. Run it after changing a list: `node scripts/icons.mjs`. A name that ends in `/fill` takes the fill weight, which is
 * kept for check results and the "Geprüft" seal.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { icons } from '@phosphor-icons/core';

const EVERYWHERE = [
  'arrow-counter-clockwise',
  'arrow-left',
  'bank',
  'bell',
  'caret-down',
  'caret-right',
  'chat-text',
  'check',
  'check-circle/fill',
  'circle',
  'circle-dashed',
  'clock',
  'device-mobile',
  'door',
  'door-open',
  'envelope-simple',
  'flask',
  'globe',
  'handshake',
  'hourglass',
  'identification-card',
  'list',
  'lock',
  'magnifying-glass',
  'map-pin',
  'monitor',
  'moon',
  'paper-plane-tilt',
  'phone',
  'phone-call',
  'prohibit',
  'question',
  'repeat',
  'seal-check/fill',
  'share-network',
  'shield-check',
  'sign-out',
  'signature',
  'sliders-horizontal',
  'sun',
  'tray',
  'translate',
  'trash',
  'user-circle',
  'users-three',
  'video-camera',
  'wallet',
  'warning-circle',
  'wheelchair',
  'wifi-slash',
  'x',
  'x-circle/fill',
  'graph',
  'stethoscope',
  'circle-half',
  'info',
  'calendar-plus',
];
const DESK = [
  'calendar-blank',
  'caret-left',
  'chart-bar',
  'copy',
  'key',
  'plus',
  'qr-code',
  'seal-check',
  'upload-simple',
  'pencil-simple',
  'plugs',
  'plugs-connected',
  'printer',
  'arrow-right',
  'note-pencil',
  'broadcast',
  'corners-in',
  'corners-out',
  'gear',
];

const REPLAY = ['play/fill', 'pause/fill', 'skip-back', 'skip-forward', 'file-arrow-up'];

const TARGET = new URL('../src/ui/icons/', import.meta.url);

/** @type {Set<string>} */
const known = new Set(icons.map((icon) => icon.name));

/** @param {string} name */
const symbol = (name) => {
  const [icon = '', weight = 'regular'] = name.split('/');
  if (!known.has(icon)) throw new Error(`Phosphor has no icon ${icon}`);
  const file = weight === 'regular' ? `regular/${icon}.svg` : `${weight}/${icon}-${weight}.svg`;
  const inner = readFileSync(new URL(import.meta.resolve(`@phosphor-icons/core/assets/${file}`)), 'utf8').replace(
    /^<svg[^>]*>|<\/svg>\s*$/g,
    '',
  );
  return `  <symbol id="i-${name.replace('/', '-')}" viewBox="0 0 256 256">${inner}</symbol>`;
};

const ORIGIN = '<!-- Made by scripts/icons.mjs from Phosphor Icons, MIT (MIT-phosphor.txt). -->\n';

/** Hidden, so that no symbol is styled or laid out before one is used. @param {string[]} names */
const sprite = (names) => `<svg hidden aria-hidden="true">\n${[...names].sort().map(symbol).join('\n')}\n</svg>\n`;

writeFileSync(new URL('sprite.html', TARGET), ORIGIN + sprite(EVERYWHERE));
writeFileSync(new URL('desk-sprite.svelte', TARGET), ORIGIN + sprite(DESK));
writeFileSync(new URL('replay-sprite.svelte', TARGET), ORIGIN + sprite(REPLAY));
const all = [...EVERYWHERE, ...DESK, ...REPLAY].map((name) => name.replace('/', '-')).sort();
writeFileSync(
  new URL('icon-name.ts', TARGET),
  `/** Made by scripts/icons.mjs: the icons that the sprites hold. */\nexport type IconName =\n${all.map((name) => `  | '${name}'`).join('\n')};\n`,
);
