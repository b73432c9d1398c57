export interface Setting {
  /** With dots: `http.body_limit_bytes`. */
  name: string
  /** As it would stand in rota.yaml; null where nothing is set. */
  value: string | null
}

/** A configuration as flat settings, in its own order. */
export function settingsOf(config: object, prefix = ''): Setting[] {
  return Object.entries(config).flatMap(([key, value]): Setting[] => {
    const name = `${prefix}${key}`
    const isSection =
      typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
    if (isSection) return settingsOf(value, `${name}.`)
    return [{ name, value: isUnset(value) ? null : typeof value === 'string' ? value : JSON.stringify(value) }]
  })
}

function isUnset(value: unknown): boolean {
  return value === null || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
}
