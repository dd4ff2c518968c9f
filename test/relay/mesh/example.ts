import type { NodeAddress } from '#core/brand.ts';
import { openMeshNode } from '#relay/mesh/open-mesh-node.ts';

/** Asks another program for its temperature and prints the way there. Returns the answer. */
export const askTemperature = async (relay: string, sensor: NodeAddress, print: (line: string) => void) => {
  const node = await openMeshNode();
  const joined = await node.join(relay);
  if (!joined.ok) throw new Error(`${relay}: ${joined.code}`);

  const answer = new Promise<string>((resolve) => {
    node.onMessage(({ from, body }) => {
      if (from === sensor) resolve(new TextDecoder().decode(body));
    });
  });
  const delivered = new Promise<void>((resolve) => {
    node.onDelivery(({ phase }) => phase === 'delivered' && resolve());
  });
  // A number or the time, as the same bytes to the same node would be the same message.
  const sent = await node.send(sensor, new TextEncoder().encode(`temperature? ${Date.now()}`));
  if (!sent.ok) throw new Error(sent.code);
  await delivered;
  const degrees = await answer;

  const path = await node.trace(sensor);
  if (path.ok)
    for (const hop of path.value.hops) print(`${hop.address ?? 'a node without a name'} ${hop.roundTrip} ms`);
  const { counts } = await node.stats();
  print(`${counts.reachable} of ${counts.nodes} nodes can be reached`);

  await node.stop();
  return degrees;
};
