/** Limits that stand in the configuration rather than on tasks: executions that may run at once. */
export interface LimitSettings {
  /** Over all tasks and jobs; null for none. */
  global: number | null
  /** By group; a group's limit holds for the groups below it too. */
  groups: Readonly<Record<string, number>>
}

export interface Limits {
  /** The concurrency keys of an execution as stored, sorted so that everybody takes them in one order; null for none. */
  keysFor(group: string | null, key: string | null, tenantId: string | null): string | null
  /** The configured limits as keys. */
  readonly configured: { key: string; max: number }[]
}

/**
 * A key that people named on a task or job, as it stands in the store: apart from those of groups, and from the same name
 * of another tenant.
 */
export function namedKey(key: string, tenantId: string | null): string {
  return tenantId === null ? `key:${key}` : `tenant:${tenantId}:key:${key}`
}

/** A limit as people read it: whose it is goes without saying. */
export function shownLimit(limit: string): string {
  return limit.replace(/^tenant:[^:]*:/, '')
}

const GLOBAL = 'global'
const groupKey = (group: string) => `group:${group}`

/** Turns settings into concurrency keys. */
export function createLimits({ global = null, groups = {} }: Partial<LimitSettings> = {}): Limits {
  const known = new Map<string, string | null>()

  function compute(group: string | null, key: string | null, tenantId: string | null): string | null {
    const keys = key === null ? [] : [namedKey(key, tenantId)]
    if (global !== null) keys.push(GLOBAL)
    for (let at = group ?? ''; at !== ''; at = at.slice(0, Math.max(at.lastIndexOf('/'), 0))) {
      if (groups[at] !== undefined) keys.push(groupKey(at))
    }
    return keys.length === 0 ? null : JSON.stringify(keys.sort())
  }

  return {
    keysFor(group, key, tenantId) {
      if (global === null && group === null && key === null) return null
      const id = `${group ?? ''}\u0000${key ?? ''}\u0000${key === null ? '' : (tenantId ?? '')}`
      const found = known.get(id)
      if (found !== undefined) return found
      const keys = compute(group, key, tenantId)
      if (known.size < 10_000) known.set(id, keys)
      return keys
    },
    configured: [
      ...(global === null ? [] : [{ key: GLOBAL, max: global }]),
      ...Object.entries(groups).map(([group, max]) => ({ key: groupKey(group), max })),
    ],
  }
}
