import type { Json } from '@rota/core'
import { say } from '@rota/core/threads'

/** Levels of nesting a result may have; deeper values overflow the stack of recursive readers. */
const DEEPEST_RESULT = 100

const POLLUTING_KEYS = new Set(['__proto__', 'constructor', 'prototype'])

/** Either the value, or why it cannot be a result. */
export type ResultReading = { value: Json } | { problem: string }

/** Why a parsed value must not be passed on, or null. Iterative, since the input may be deep. */
function defect(root: unknown): string | null {
  let level: unknown[] = [root]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST_RESULT) return say`is nested deeper than ${DEEPEST_RESULT} levels`
    const next: unknown[] = []
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue
      if (!Array.isArray(value)) {
        const bad = Object.keys(value).find((key) => POLLUTING_KEYS.has(key))
        if (bad !== undefined) return say`has the key ${bad}, which is not allowed`
      }
      for (const child of Object.values(value)) next.push(child)
    }
    level = next
  }
  return null
}

/** Reads a result a task printed as JSON text of at most `maxBytes` bytes. */
export function parseResult(text: string, maxBytes: number): ResultReading {
  if (Buffer.byteLength(text) > maxBytes) return { problem: say`is larger than ${maxBytes} bytes` }
  let value: Json
  try {
    value = JSON.parse(text) as Json
  } catch (error) {
    return { problem: say`is not JSON (${(error as Error).message})` }
  }
  const problem = defect(value)
  return problem === null ? { value } : { problem }
}

/** Turns what a handler returned into JSON of at most `maxBytes` bytes. `undefined` is null. */
export function toResult(returned: unknown, maxBytes: number): ResultReading {
  if (returned === undefined || returned === null || typeof returned === 'boolean') return { value: returned ?? null }
  if (typeof returned === 'number' && Number.isFinite(returned)) return { value: returned }
  let text: string | undefined
  try {
    text = JSON.stringify(returned)
  } catch (error) {
    return { problem: say`is not JSON (${(error as Error).message.split('\n')[0]!})` }
  }
  if (text === undefined) return { problem: say`is a ${typeof returned}, which is not JSON` }
  return parseResult(text, maxBytes)
}
