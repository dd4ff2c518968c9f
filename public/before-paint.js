// Before anything is painted: the looks that the person chose, and whether the first view in the page, which the build drew
// in German, is what there is to see. A script of its own, because the page allows none inside it.
{
  const root = document.documentElement;
  let language = null;
  let left = null;
  try {
    language = localStorage.getItem('PARAGLIDE_LOCALE');
    left = sessionStorage.getItem('left');
    const theme = localStorage.getItem('terminfunk.theme');
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
    if (localStorage.getItem('terminfunk.contrast') === 'more') root.dataset.contrast = 'more';
  } catch {
    // Without storage everything is as it comes.
  }
  const spoken = navigator.languages.map((tag) => tag.toLowerCase().split('-')[0]);
  language ??= spoken.find((tag) => tag === 'de' || tag === 'en') ?? 'de';
  if (language !== 'de' || left !== null || !/^(#\/?)?$/.test(location.hash)) root.classList.add('drawn-otherwise');
}
