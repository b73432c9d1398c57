import { Filter } from 'ldapts'

/** A filter with values in its places, which stay values whatever they hold (RFC 4515, section 3). */
export function filledFilter(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{([a-z]+)\}/g, (place, name: string) =>
    Object.hasOwn(values, name) ? Filter.escape(values[name]!) : place,
  )
}
