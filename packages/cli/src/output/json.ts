import { harmlessJson } from '@rota/core'

/** JSON in which no character commands a terminal. */
export function jsonText(value: unknown, indent?: number): string {
  if (indent === undefined) return harmlessJson(JSON.stringify(value))
  return JSON.stringify(value, null, indent).split('\n').map(harmlessJson).join('\n')
}
