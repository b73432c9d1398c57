/** The part of the page that the skip link leads to, too. */
const CONTENT = 'content'

/**
 * Whoever works by keyboard goes on in the content when what had the focus is gone: a row that was deleted, a button of
 * the page before. To be called once that has left the document.
 */
export function keepFocus(): void {
  const { activeElement, body } = document
  if (activeElement === null || activeElement === body) document.getElementById(CONTENT)?.focus({ preventScroll: true })
}
