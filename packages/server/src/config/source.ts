import { join, resolve } from 'node:path'
import { type FieldError, say } from '@rota/core'
import { isMap, isNode, LineCounter, type Node, parseDocument } from 'yaml'
import { interpolate } from './interpolate.ts'

/** Something wrong with a setting, and where it was set. */
export interface ConfigProblem {
  /** 1-based; null when the setting does not come from a file. */
  line: number | null
  column: number | null
  /** `http.port`; empty for the whole file. */
  path: string
  message: string
  suggestion?: string
}

/** A parsed configuration file. */
export interface ConfigFile {
  value: Record<string, unknown>
  problems: ConfigProblem[]
  /** Where the setting at `path` stands; for an unknown key its name, for a missing one its section. */
  locate(error: FieldError): { line: number; column: number }
}

/** Reads YAML. Never throws: what is wrong is in `problems`, with line and column. */
export function parseConfigFile(text: string, env: Record<string, string | undefined>): ConfigFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true })
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  const problems: ConfigProblem[] = document.errors.map((error) => ({
    ...at(error.pos[0]),
    path: '',
    message: error.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '.'),
  }))
  const locate = (error: FieldError) => at(offsetOf(document.contents as Node | null, splitPath(error.path)))
  if (problems.length > 0) return { value: {}, problems, locate }
  for (const { name, offset } of interpolate(document, env)) {
    const message = say`The environment variable ${name} is not set; set it, or give a default: \${${name}:-value}.`
    problems.push({ ...at(offset), path: '', message })
  }
  const value: unknown = document.toJS({ maxAliasCount: 100 }) ?? {}
  if (typeof value !== 'object' || Array.isArray(value)) {
    problems.push({
      line: 1,
      column: 1,
      path: '',
      message: say`The file must hold settings, for example \`port: 7070\`.`,
    })
    return { value: {}, problems, locate }
  }
  return { value: value as Record<string, unknown>, problems, locate }
}

/** `handlers.modules[0]` as `['handlers', 'modules', 0]`. */
function splitPath(path: string): (string | number)[] {
  return path.split('.').flatMap((part) => {
    const [name = '', ...indexes] = part.split('[')
    return [...(name === '' ? [] : [name]), ...indexes.map((index) => Number.parseInt(index, 10))]
  })
}

/** Offset of the deepest part of `path` that exists: the value, or the key when the value is not the point. */
function offsetOf(root: Node | null, path: (string | number)[]): number {
  let node: unknown = root
  let offset = root?.range?.[0] ?? 0
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => String(isNode(item.key) ? item.key.toJSON() : item.key) === String(part))
      if (pair === undefined) return offset
      offset = (pair.key as Node).range?.[0] ?? offset
      node = pair.value
    } else {
      const items = (node as { items?: Node[] } | null)?.items
      const item = items?.[part as number]
      if (item === undefined) return offset
      offset = item.range?.[0] ?? offset
      node = item
    }
  }
  return offset
}

/** Makes the paths of a file count from the folder it stands in. */
export function relativeTo(folder: string, path: string): string {
  return resolve(join(folder, '.'), path)
}
