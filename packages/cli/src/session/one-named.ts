import { say } from '@rota/core'
import { usage } from '../exit.ts'

/**
 * The one of some things that somebody means by its id or name; undefined when there is none. Where those of all tenants
 * are looked at, the plain name is that of one that belongs to none, before others. Throws CliError `usage` where only
 * several tenants have one of that name.
 */
export function oneNamed<Thing extends { id: string; tenant_id: string | null }>(
  things: readonly Thing[],
  wanted: string,
  nameOf: (thing: Thing) => string,
): Thing | undefined {
  const fitting = things.filter((thing) => thing.id === wanted || fullName(thing, nameOf(thing)) === wanted)
  const found = fitting.length > 0 ? fitting : things.filter((thing) => nameOf(thing) === wanted)
  if (found.length < 2) return found[0]
  const tenants = found.map(({ tenant_id }) => tenant_id ?? '-').join(', ')
  throw usage(say`There are several of the name ${JSON.stringify(wanted)}, of ${tenants}: choose one by --tenant.`)
}

/** A name with the tenant before it, as users sign in. */
export function fullName({ tenant_id: tenant }: { tenant_id: string | null }, name: string): string {
  return tenant === null ? name : `${tenant}/${name}`
}
