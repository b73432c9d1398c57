/** As many characters of an id's end as the page shows; commands take them for a recent execution. */
const LENGTH = 8

export function shortId(id: string): string {
  return id.slice(-LENGTH)
}
