/** Tells the node where its kiosk stands, so that a radio brings the slots around it. */
import type { NodeClient } from '#host/rpc/api.ts';
import type { KioskSettings } from '#ui/kiosk/kiosk-settings.ts';

/** Without a place it listens to nothing. That it could not be kept is no reason to stop: a kiosk says it at every start. */
export const listenAround = async (
  node: Pick<NodeClient, 'listenAround'>,
  { plz, km }: Pick<KioskSettings, 'plz' | 'km'>,
): Promise<void> => {
  await node.listenAround(plz && { plz, km: Number(km) }).catch(() => undefined);
};
