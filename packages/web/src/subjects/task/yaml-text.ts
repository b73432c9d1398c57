import { type Document, isMap, LineCounter, parseDocument, stringify } from 'yaml'
import { isRecord, type TaskDocument } from './task-document.ts'

interface YamlFault {
  message: string
  /** 1-based. */
  line: number
  /** Zero-based character of the text. */
  position: number
}

/** What a text says. With a fault there is no document, and the text is all there is. */
export interface YamlReading {
  document: TaskDocument | null
  fault: YamlFault | null
  /** Where the value at a path of the API stands: `schedules[0].schedule`; the nearest one around it otherwise. */
  positionOf: (path: string) => number
}

/** The document as people write it: several lines as a block, nothing folded. */
export function writeYaml(document: TaskDocument): string {
  return stringify(document, { lineWidth: 0, blockQuote: 'literal' })
}

/** `noMap` is what to say about a text that is YAML but no task. */
export function readYaml(text: string, noMap: string): YamlReading {
  const lines = new LineCounter()
  const parsed = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const positionOf = (path: string) => place(parsed, path)
  const [error] = parsed.errors
  if (error) {
    const [position] = error.pos
    return {
      document: null,
      fault: { message: error.message, line: lines.linePos(position).line, position },
      positionOf,
    }
  }
  const value: unknown = parsed.toJS()
  if (!isRecord(value)) return { document: null, fault: { message: noMap, line: 1, position: 0 }, positionOf }
  return { document: value as TaskDocument, fault: null, positionOf }
}

function place(document: Document.Parsed, path: string): number {
  const keys = path.split(/[.[\]]+/).filter((key) => key !== '')
  for (let depth = keys.length; depth > 0; depth--) {
    const inner = keys.slice(0, depth).map((key) => (/^\d+$/.test(key) ? Number(key) : key))
    const node = document.getIn(inner, true) as { range?: [number, number, number] } | undefined
    if (node?.range) return node.range[0]
  }
  return isMap(document.contents) ? (document.contents.range?.[0] ?? 0) : 0
}
