import { type Json, say } from '@rota/core'
import { usage } from '../exit.ts'
import { parseDuration } from '../output/duration.ts'

/** Keys that could reach an object's prototype; no field of a document has such a name. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])

/** `NAME=value` split at the first `=`. Throws usage. */
export function splitPair(flag: string, text: string): [name: string, value: string] {
  const at = text.indexOf('=')
  if (at < 1) throw usage(say`${flag} wants name=value, not ${JSON.stringify(text)}.`)
  return [checkKey(flag, text.slice(0, at)), text.slice(at + 1)]
}

/** `Name: value` as in HTTP. Throws usage. */
export function splitHeader(text: string): [name: string, value: string] {
  const at = text.indexOf(':')
  if (at < 1) throw usage(say`--header wants "Name: value", not ${JSON.stringify(text)}.`)
  return [checkKey('--header', text.slice(0, at).trim()), text.slice(at + 1).trim()]
}

function checkKey(flag: string, key: string): string {
  if (FORBIDDEN.has(key)) throw usage(say`${flag}: ${key} cannot be a name.`)
  return key
}

/** JSON where it is JSON, else the text as it stands. */
export function jsonOrText(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

/** `[a,b]` without quotes is a list of texts; else JSON, else text. For `--set`. */
export function looseValue(text: string): Json {
  const value = jsonOrText(text)
  const list = /^\[(.*)\]$/s.exec(text)
  if (typeof value !== 'string' || !list) return value
  return list[1]!.split(',').map((each) => jsonOrText(each.trim()))
}

/** Puts `value` at a dotted path, making the objects on the way. Throws usage. */
export function setPath(target: Record<string, Json>, flag: string, path: string, value: Json): void {
  const keys = path.split('.')
  let at = target
  for (const key of keys.slice(0, -1)) {
    checkKey(flag, key)
    const inner = at[key]
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) at[key] = {}
    at = at[key] as Record<string, Json>
  }
  at[checkKey(flag, keys.at(-1)!)] = value
}

/** A duration flag as seconds. Throws usage with the forms that are understood. */
export function secondsOf(flag: string, text: string): number {
  const seconds = parseDuration(text)
  if (seconds === undefined)
    throw usage(say`${flag} wants a duration such as 90s, 15m or 2h, not ${JSON.stringify(text)}.`)
  return seconds
}

/** How many rows of a list are wanted, by `-n` or `--limit`. Throws usage. */
export function limitOf(text: string | undefined, usual: number): number {
  return text === undefined ? usual : integerOf('--limit', text, 1)
}

/** A whole-number flag. Throws usage. */
export function integerOf(flag: string, text: string, least = Number.MIN_SAFE_INTEGER): number {
  const value = Number(text)
  if (!/^-?\d+$/.test(text.trim()) || !Number.isSafeInteger(value) || value < least) {
    const bound = least > Number.MIN_SAFE_INTEGER ? say` of at least ${least}` : ''
    throw usage(say`${flag} wants a whole number${bound}, not ${JSON.stringify(text)}.`)
  }
  return value
}
