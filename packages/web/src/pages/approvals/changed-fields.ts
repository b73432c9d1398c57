type Document = Readonly<Record<string, unknown>> | null

/** A field that differs, as it was and as it would be; null where it is not there. */
interface ChangedField {
  field: string
  before: string | null
  after: string | null
}

/** The outermost fields of two documents that differ, in the order of the documents. */
export function changedFields(before: Document, after: Document): ChangedField[] {
  const names = new Set([...Object.keys(after ?? {}), ...Object.keys(before ?? {})])
  return [...names].flatMap((field) => {
    const change = { field, before: textOf(before?.[field]), after: textOf(after?.[field]) }
    return change.before === change.after ? [] : [change]
  })
}

/** A value of a document as it is read in a line or several; null for one that is not there or empty. */
function textOf(value: unknown): string | null {
  if (value === undefined || value === null || value === '') return null
  if (typeof value === 'string') return value
  const text = JSON.stringify(value, null, 2)
  return text === '[]' || text === '{}' ? null : text
}
