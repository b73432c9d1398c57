import type { Schema } from '../../api/types.ts'

export type Target = Schema<'Target'>

/** A label selector as text, also where the labels themselves were written. */
export function selectorText(selector: Target['selector']): string {
  if (selector === undefined || typeof selector === 'string') return selector ?? ''
  return Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ')
}

/** What a target asks of a node's services, whichever way it was written. */
export function capabilityOf({ capability }: Pick<Target, 'capability'>) {
  const asked = typeof capability === 'string' ? { service: capability } : capability
  return { service: asked?.service ?? '', languages: asked?.languages ?? [], model: asked?.model ?? '' }
}
