/**
 * The tenant that this tab looks at, of those whom somebody who belongs to none may choose. Imports nothing: it is asked
 * before anything else runs.
 */
const KEPT_AS = 'rota.tenant'

/** Null: all there are. */
function chosenTenant(): string | null {
  return sessionStorage.getItem(KEPT_AS)
}

/** Looks at one tenant, or (null) at all; the page starts anew, so that nothing of another stays in memory. */
export function chooseTenant(id: string | null): void {
  keepTenant(id)
  location.assign('/')
}

/** For what is asked from now on. */
export function keepTenant(id: string | null): void {
  if (id === null) sessionStorage.removeItem(KEPT_AS)
  else sessionStorage.setItem(KEPT_AS, id)
}

/** What goes with every request. */
export function tenantHeader(): Record<string, string> {
  const tenant = chosenTenant()
  return tenant === null ? {} : { 'Rota-Tenant': tenant }
}

/** The address of a stream or a download, which no header can go with. */
export function withTenant(address: string): string {
  const tenant = chosenTenant()
  if (tenant === null) return address
  return `${address}${address.includes('?') ? '&' : '?'}tenant=${encodeURIComponent(tenant)}`
}
