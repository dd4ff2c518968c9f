/** Fields of the search are in the URL's fragment: they survive a new page. */
const FIELDS = 'input:not([type=radio], [type=checkbox], [type=search], [type=hidden]), textarea';

/** Something is typed into a form of this page that would be lost with it. */
export const hasFilledForm = (page: ParentNode): boolean =>
  [...page.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(FIELDS)].some(
    (field) => field.closest('form#search') === null && field.value.trim() !== '' && field.value !== field.defaultValue,
  );
