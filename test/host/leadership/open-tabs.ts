/** Tabs of one fake browser over one shared store, for the tests of who runs the node. */
import { beforeEach } from 'vitest';
import { type BrowserNode, runBrowserNode } from '#host/leadership/browser-node.ts';
import { createFakeBrowser, type FakeBrowser, type FakeRealm } from '#test/fake-browser.ts';
import {
  createFakeNodes,
  createSharedStore,
  type FakeNodes,
  nextTermOf,
  type SharedStore,
} from '#test/host/leadership/fake-node.ts';

export interface Tab {
  readonly realm: FakeRealm;
  readonly node: BrowserNode;
  readonly nodes: FakeNodes;
}

/** Made anew before each test. */
export let browser: FakeBrowser;
export let store: SharedStore;
beforeEach(() => {
  browser = createFakeBrowser();
  store = createSharedStore();
});

export const openTab = (name: string, visible = false): Tab => {
  const realm = browser.openRealm(name);
  const nodes = createFakeNodes(store);
  const { clock, lock, channel } = realm;
  const parts = { id: name, clock, lock, channel, nextTerm: nextTermOf(store), startNode: nodes.startNode };
  const node = runBrowserNode(parts);
  node.setVisible(visible);
  return { realm, node, nodes };
};

const openVisible = async (name: string): Promise<Tab> => {
  const tab = openTab(name, true);
  await browser.pass(50);
  return tab;
};

/** `a` leads, `b` is next in line, all three are visible. */
export const tabs3 = async (): Promise<[Tab, Tab, Tab]> => [
  await openVisible('a'),
  await openVisible('b'),
  await openVisible('c'),
];

export const roles = (...tabs: Tab[]): string[] => tabs.map(({ node }) => node.role());

/** What became of a promise so far: its value, its error, or undefined. */
export const outcome = <T>(promise: Promise<T>): { value: T | Error | undefined } => {
  const seen: { value: T | Error | undefined } = { value: undefined };
  promise.then(
    (value) => {
      seen.value = value;
    },
    (error: Error) => {
      seen.value = error;
    },
  );
  return seen;
};
