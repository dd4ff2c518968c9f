import { render } from 'svelte/server';
import type { NodeClient } from '#host/rpc/api.ts';
import App from '#ui/app.svelte';
import { startTexts } from '#ui/text/spoken-texts.ts';

/**
 * The first view as the build draws it into index.html (scripts/first-view-plugin.mjs): in German, before anything was asked.
 * A phone shows it while the code is still on its way, and the app takes it over as it stands. No node answers here, and
 * nothing of a server render asks one.
 */
const silent: Partial<NodeClient> = {};

export const firstView = async (): Promise<string> => {
  await startTexts();
  return render(App, { props: { node: silent as NodeClient } }).body;
};
