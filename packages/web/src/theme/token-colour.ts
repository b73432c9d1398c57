/** A colour of tokens.css as it is now, for canvas and charts, which cannot read variables. */
export function tokenColour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
}
