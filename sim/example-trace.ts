import { WIRE } from '#sim/channel.ts';
import { buildMesh } from '#sim/mesh.ts';
import { addSlots } from '#sim/practice.ts';
import type { TraceEvent } from '#sim/trace.ts';

/**
 * A short story of failures, for the page that replays traces: a mesh comes together, falls into halves while practices
 * announce, heals, and loses two nodes for a while. It has no goals, so it is no scenario.
 */
const NODES = 18;
const PRACTICES = 6;
/** Seconds of virtual time. */
const STORY = { announced: 10, split: 20, apart: [24, 34], healed: 50, after: 58, cut: 64, back: 76, end: 90 } as const;
const CRASHED = [4, 13] as const;
/** A picture needs no more than tenths of milliseconds; the file becomes a third smaller. */
const PER_MS = 10;

/** What happened, one JSON object a line. */
export const playExample = async (seed: number): Promise<string> => {
  const lines: string[] = [];
  const onTrace = (event: TraceEvent): void => {
    lines.push(`${JSON.stringify({ ...event, at: Math.round(event.at * PER_MS) / PER_MS })}\n`);
  };
  const plan = { degree: 4, relays: NODES, practices: PRACTICES, model: { ...WIRE, jitter: 5 } };
  const { world, network, nodes, practices } = buildMesh({ seed, nodes: NODES, onTrace }, plan);
  const until = (second: number): Promise<boolean> => world.run(second * 1_000 - world.now());
  let slot = 0;
  const announce = (): void => {
    for (const practice of practices) addSlots(practice, [slot]);
    slot++;
  };

  await until(STORY.announced);
  announce();
  await until(STORY.split);
  const half = nodes.filter(({ id }) => id < NODES / 2);
  const mine = practices.slice(0, PRACTICES / 2);
  network.split(new Set([...half, ...mine].map(({ id }) => id)));
  for (const second of STORY.apart) {
    await until(second);
    announce();
  }
  await until(STORY.healed);
  network.heal();
  await until(STORY.after);
  announce();
  await until(STORY.cut);
  for (const id of CRASHED) nodes[id]?.crash();
  await until(STORY.back);
  for (const id of CRASHED) await nodes[id]?.start();
  await until(STORY.end);
  return lines.join('');
};
