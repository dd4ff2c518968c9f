import { mount } from 'svelte';
import '#ui/tokens.css';
import '#ui/styles/base.css';
import '#ui/styles/controls.css';
import '#ui/styles/fields.css';
import App from '#ui/app.svelte';
import { startTexts } from '#ui/text/spoken-texts.ts';
import { createFixtureNode, parseScenario } from './fixture-node.ts';

/** `/test/ui/?s=filled#/praxis`: a screen over fixtures. */
const scenario = parseScenario(new URLSearchParams(location.search).get('s'));
await startTexts();
mount(App, { target: document.body, props: { node: createFixtureNode(scenario) } });
