/** Whether the device believes it has a network. A relay may still be out of reach: the node's status says that. */
class Online {
  value = $state(true);

  start(): () => void {
    const look = () => {
      this.value = navigator.onLine;
    };
    look();
    addEventListener('online', look);
    addEventListener('offline', look);
    return () => {
      removeEventListener('online', look);
      removeEventListener('offline', look);
    };
  }
}

export const online = new Online();
