import { mount } from 'svelte';
import '#ui/tokens.css';
import '#ui/styles/base.css';
import '#ui/styles/controls.css';
import '#ui/styles/fields.css';
import { parts } from '#ui/paraglide/parts.js';
import { settings } from '#ui/settings.svelte.ts';
import { startTexts, withTexts } from '#ui/text/spoken-texts.ts';
import { parseAlone } from './parts-page/alone.ts';
import AlonePage from './parts-page/alone-page.svelte';
import { addForcedStates } from './parts-page/forced-states.ts';
import PartsPage from './parts-page/parts-page.svelte';
import { createPartsWorld } from './parts-page/parts-world.ts';

/**
 * `/test/ui/parts.html`: every part of the interface in every state, over fixtures. `?alone=menu` is what needs a page of its
 * own: whole screens and open dialogs, which the page shows in frames.
 */
const isPart = (name: string): name is keyof typeof parts => name in parts;

await startTexts();
settings.start();
for (const part of Object.keys(parts).filter(isPart)) await withTexts(part, Promise.resolve());
const world = await createPartsWorld();
const alone = parseAlone(new URLSearchParams(location.search).get('alone'));
if (alone === undefined) mount(PartsPage, { target: document.body, props: { world } });
else mount(AlonePage, { target: document.body, props: { world, alone } });
addForcedStates(document);
