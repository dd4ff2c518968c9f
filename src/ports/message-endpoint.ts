/**
 * What a Worker, a worker's global scope, a MessagePort and a BroadcastChannel have in common. Values are cloned; they
 * arrive in order, or never when the other side is gone.
 */
export interface MessageEndpoint {
  postMessage(value: unknown): void;
  addEventListener(type: 'message', listener: MessageListener): void;
  removeEventListener(type: 'message', listener: MessageListener): void;
}

export type MessageListener = (event: { readonly data: unknown }) => void;
