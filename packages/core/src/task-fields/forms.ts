import { encodingOf, nearEncoding } from '../encodings.ts'
import { say } from '../language/say.ts'

/** Forms that a text may have to have. */
export type FormName = 'name' | 'group' | 'key' | 'limit' | 'tag' | 'variable' | 'instant' | 'encoding'

export interface Form {
  /** The same as a regular expression, for schemas; null where none can say it. */
  pattern: string | null
  /** What is wrong with a text of at most `most` characters; null when nothing is. */
  problem(text: string, most: number): FormProblem | null
}

interface FormProblem {
  message: string
  suggestion?: string
}

const PRINTABLE = /^[^\u0000-\u001f\u007f]*$/
/** Printable, and more than blanks. */
const PRINTABLE_WORDS = '^[^\\u0000-\\u001f\\u007f]*[^\\u0000-\\u001f\\u007f\\s][^\\u0000-\\u001f\\u007f]*$'
/** Printable, with no blank at either end. */
const TRIMMED = '^[^\\u0000-\\u001f\\u007f\\s](?:[^\\u0000-\\u001f\\u007f]*[^\\u0000-\\u001f\\u007f\\s])?$'
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/
const INSTANT = /^\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d\d:?\d\d)?)?$/

const isBlank = (text: string) => text.trim() === ''
const ifNot = (isGood: boolean, message: () => string) => (isGood ? null : { message: message() })

function problemOfName(text: string): FormProblem | null {
  if (isBlank(text)) return { message: say`is empty. Give the task a name.` }
  if (!PRINTABLE.test(text)) return { message: say`contains control characters. Remove them.` }
  if (text !== text.trim()) return { message: say`begins or ends with a space.`, suggestion: text.trim() }
  return null
}

function problemOfVariable(name: string): FormProblem | null {
  if (!VARIABLE.test(name)) return { message: say`is not a variable name: letters, digits and _ only, no digit first.` }
  // Rota sets these for the child.
  if (name.startsWith('ROTA_'))
    return { message: say`is set by Rota itself. Choose a name that does not begin with ROTA_.` }
  return null
}

function problemOfEncoding(text: string): FormProblem | null {
  if (encodingOf(text) !== null) return null
  const near = nearEncoding(text)
  const hint =
    near === undefined ? say`Known are utf-8, gbk, big5, shift_jis, latin1 and others.` : say`Did you mean ${near}?`
  const message = say`${JSON.stringify(text)} is not an encoding known here. ${hint}`
  return near === undefined ? { message } : { message, suggestion: near }
}

export const FORMS: Readonly<Record<FormName, Form>> = {
  name: { pattern: TRIMMED, problem: problemOfName },
  group: {
    pattern: PRINTABLE_WORDS,
    problem: (text, most) =>
      ifNot(
        PRINTABLE.test(text) && !isBlank(text),
        () => say`must be 1 to ${most} printable characters; "/" separates levels.`,
      ),
  },
  key: {
    pattern: PRINTABLE_WORDS,
    problem: (text, most) =>
      ifNot(PRINTABLE.test(text) && !isBlank(text), () => say`must be 1 to ${most} printable characters.`),
  },
  limit: {
    // What begins so is a task's own limit.
    pattern: '^(?!task:)[\\s\\S]*\\S',
    problem: (text, most) =>
      ifNot(
        !isBlank(text) && !text.startsWith('task:'),
        () => say`must be 1 to ${most} characters and must not begin with "task:".`,
      ),
  },
  tag: {
    pattern: '\\S',
    problem: (text, most) => ifNot(!isBlank(text), () => say`must be 1 to ${most} characters.`),
  },
  variable: { pattern: '^(?!ROTA_)[A-Za-z_][A-Za-z0-9_]*$', problem: problemOfVariable },
  instant: {
    pattern: INSTANT.source,
    problem: (text) =>
      ifNot(
        INSTANT.test(text) && !Number.isNaN(Date.parse(text)),
        () => say`is not an ISO 8601 instant such as 2026-12-31T23:00:00Z.`,
      ),
  },
  encoding: { pattern: null, problem: problemOfEncoding },
}
