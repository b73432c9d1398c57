/** Keys of an address; one that is set to undefined goes away. */
type Search<Key extends string> = { [K in Key]?: string | undefined }

/**
 * What a page is looking at stands in its address. Search parameters arrive as text or numbers from the URL; pages
 * read the keys they know and drop the rest: `validateSearch: textSearch('q', 'group')`.
 */
export function textSearch<Key extends string>(...keys: Key[]) {
  return (search: Record<string, unknown>): Search<Key> => {
    const known: Search<Key> = {}
    for (const key of keys) {
      const value = search[key]
      if (value !== undefined && value !== null && value !== '') known[key] = String(value)
    }
    return known
  }
}

/** Addresses as people write them: `?status=failed&q=back up`, without quotes and JSON. */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text))
}

export function stringifySearch(search: Record<string, unknown>): string {
  const entries = Object.entries(search).filter(([, value]) => value !== undefined && value !== null && value !== '')
  const text = new URLSearchParams(entries.map(([key, value]) => [key, String(value)])).toString()
  return text === '' ? '' : `?${text}`
}
