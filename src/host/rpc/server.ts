/** The worker's end of a window's port: performs its calls, in no order, and tells it what changed. */
import type { NodeClient } from '#host/rpc/api.ts';
import { noteOf } from '#host/rpc/call-error.ts';
import { parseQuestion, type Reply } from '#host/rpc/envelope.ts';
import { perform } from '#host/rpc/methods.ts';
import type { MessageEndpoint, MessageListener } from '#ports/message-endpoint.ts';

/** A node that wants to know whether its window is seen. */
export interface ServedNode extends NodeClient {
  setVisible(visible: boolean): void;
}

/** Serves until the returned function is called. What the port says that is no question is ignored. */
export const serveNodeApi = (port: MessageEndpoint, node: ServedNode): (() => void) => {
  const reply = (value: Reply): void => port.postMessage(value);
  const listener: MessageListener = ({ data }) => {
    const question = parseQuestion(data);
    if (question?.kind === 'visible') node.setVisible(question.visible);
    if (question?.kind !== 'call') return;
    const { id, method, args } = question;
    perform(node, method, args).then(
      (value) => reply({ kind: 'answer', id, ok: true, value }),
      (error: unknown) => reply({ kind: 'answer', id, ok: false, error: noteOf(error) }),
    );
  };
  const unsubscribe = node.subscribe((topic) => reply({ kind: 'topic', topic }));
  port.addEventListener('message', listener);
  return () => {
    unsubscribe();
    port.removeEventListener('message', listener);
  };
};
