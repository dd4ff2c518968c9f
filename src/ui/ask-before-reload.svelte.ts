/** A reload would lose what is stored nowhere: as long as there is such a thing, the browser asks first. For a component. */
export const askBeforeReload = (isUnsaved: () => boolean): void => {
  $effect(() => {
    if (!isUnsaved()) return;
    const ask = (event: BeforeUnloadEvent) => {
      // Whoever leaves at once has emptied the page (quick-exit.ts), and is asked nothing. Chromium knows by itself, Firefox does not.
      if (document.querySelector('body') !== null) event.preventDefault();
    };
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  });
};
