import { expandTask, frozen, type TaskDefinition, type TaskInput, taskInputOf } from '@rota/core'

/** A stored document read back, and the same as people read it, both without their name. Frozen: views share them. */
export interface ReadDocument {
  definition: TaskDefinition
  document: TaskInput
}

/** Documents by their stored text. Throws SyntaxError for one that is not JSON. */
export type DocumentBook = (stored: string) => ReadDocument

/** Longer texts are few and would take much memory. */
const LONGEST = 2_000

/** Remembers the documents used last: lists show the same tasks again and again, and reading one takes half of its view. */
export function createDocumentBook(limit = 2_000): DocumentBook {
  const known = new Map<string, ReadDocument>()
  return (stored) => {
    const found = known.get(stored)
    if (found !== undefined) return found
    const read = readDocument(stored)
    if (stored.length > LONGEST) return read
    if (known.size >= limit) known.delete(known.keys().next().value!)
    known.set(stored, read)
    return read
  }
}

function readDocument(stored: string): ReadDocument {
  const definition = expandTask(stored, '')
  return frozen({ definition, document: taskInputOf(definition) })
}
