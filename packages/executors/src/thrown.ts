import { say } from '@rota/core/threads'

const LONGEST_TEXT = 4000

/** Says in one paragraph what was thrown, whatever it is. */
export function describeThrown(error: unknown): string {
  let text: string
  try {
    text = error instanceof Error ? `${error.name}: ${error.message}` : say`The handler threw ${shown(error)}`
  } catch {
    // A value whose own conversion throws.
    text = say`The handler threw something that cannot be shown.`
  }
  return text.slice(0, LONGEST_TEXT).toWellFormed()
}

function shown(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
