import type { NodeClient } from '#host/rpc/api.ts';

/** How many slots are new for the searches that this device keeps: for the mark in the menu and for whoever hears the page. */
class AlertNews {
  count = $state(0);

  start(node: NodeClient): () => void {
    const ask = async () => {
      const alerts = await node.alerts();
      this.count = alerts.reduce((sum, { freshCount }) => sum + freshCount, 0);
    };
    const look = () => void ask().catch(() => undefined);
    look();
    return node.subscribe((topic) => topic === 'alerts' && look());
  }
}

export const alertNews = new AlertNews();
