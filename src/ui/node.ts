import { createContext } from 'svelte';
import type { NodeClient } from '#host/rpc/api.ts';

/** The node, as every screen finds it. App sets it once. */
export const [getNode, setNode] = createContext<NodeClient>();
