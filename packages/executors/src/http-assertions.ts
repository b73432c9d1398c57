import { isDeepStrictEqual } from 'node:util'
import { type FieldError, type Json, say } from '@rota/core'
import { containsText } from './contains-text.ts'
import { checkUnknown, kindOf } from './payload-checks.ts'

/** Each may read the whole body. */
const MOST_ASSERTIONS = 100

/** What of a response assertions look at. */
export interface ResponseView {
  body: string
  header(name: string): string | null
  /** A text without the secrets of the attempt; asked before a text is cut. */
  masked(text: string): string
}

type AssertionObject = Record<string, Json>

/** The subject of an assertion and the tests it knows. */
const SUBJECTS: Record<string, readonly string[]> = {
  body_contains: [],
  body_not_contains: [],
  json: ['equals', 'exists'],
  header: ['equals', 'contains'],
}

/**
 * Checks a list of assertions. Each is one of `{body_contains}`, `{body_not_contains}`,
 * `{json: "a.b.0", equals | exists}`, `{header: "name", equals | contains}`.
 */
export function checkAssertions(path: string, value: Json | undefined): FieldError[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) return [{ path, message: say`Must be a list, not ${kindOf(value)}.` }]
  if (value.length > MOST_ASSERTIONS) return [{ path, message: say`Must have at most ${MOST_ASSERTIONS} entries.` }]
  return value.flatMap((item, index) => checkAssertion(`${path}.${index}`, item))
}

function checkAssertion(path: string, item: Json): FieldError[] {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    return [{ path, message: say`Must be an object, not ${kindOf(item)}.` }]
  }
  const subjects = Object.keys(SUBJECTS).filter((name) => Object.hasOwn(item, name))
  const [subject] = subjects
  if (subject === undefined || subjects.length > 1) {
    return [{ path, message: say`Needs exactly one of ${Object.keys(SUBJECTS).join(', ')}.` }]
  }
  const errors = checkUnknown(path, item, [subject, ...SUBJECTS[subject]!])
  if (typeof item[subject] !== 'string' || item[subject] === '') {
    errors.push({ path: `${path}.${subject}`, message: say`Must be a string that is not empty.` })
  }
  const tests = SUBJECTS[subject]!.filter((name) => Object.hasOwn(item, name))
  if (SUBJECTS[subject]!.length > 0 && tests.length !== 1) {
    errors.push({ path, message: say`Needs exactly one of ${SUBJECTS[subject]!.join(', ')}.` })
  }
  if (tests[0] === 'exists' && typeof item.exists !== 'boolean') {
    errors.push({ path: `${path}.exists`, message: say`Must be true or false.` })
  }
  if (subject === 'header' && tests[0] && typeof item[tests[0]] !== 'string') {
    errors.push({ path: `${path}.${tests[0]}`, message: say`Must be a string.` })
  }
  return errors
}

/** The value at a path of keys and indexes joined by dots; undefined when there is none. */
function valueAt(root: Json, path: string): Json | undefined {
  let value: Json | undefined = root
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string, Json>)[key]
  }
  return value
}

function shown(value: Json | undefined, { masked }: Pick<ResponseView, 'masked'>): string {
  const text = value === undefined ? 'nothing' : masked(JSON.stringify(value))
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

function jsonProblem(assertion: AssertionObject, response: ResponseView, root: Json | undefined): string | null {
  const path = assertion.json as string
  if (root === undefined) return say`json ${path}: the body is not JSON`
  const value = valueAt(root, path)
  if (Object.hasOwn(assertion, 'exists')) {
    if ((value !== undefined) === assertion.exists) return null
    return assertion.exists ? say`json ${path} does not exist` : say`json ${path} exists: ${shown(value, response)}`
  }
  return isDeepStrictEqual(value, assertion.equals)
    ? null
    : say`json ${path} is ${shown(value, response)}, not ${shown(assertion.equals, response)}`
}

function headerProblem(assertion: AssertionObject, response: ResponseView): string | null {
  const name = assertion.header as string
  const value = response.header(name)
  if (Object.hasOwn(assertion, 'equals')) {
    return value === assertion.equals
      ? null
      : say`header ${name} is ${shown(value, response)}, not ${shown(assertion.equals, response)}`
  }
  const isContained = value !== null && containsText(value, assertion.contains as string)
  return isContained
    ? null
    : say`header ${name} is ${shown(value, response)} and does not contain ${shown(assertion.contains, response)}`
}

/** What an assertion finds wrong with a response, or null. */
function assertionProblem(
  assertion: AssertionObject,
  response: ResponseView,
  json: () => Json | undefined,
): string | null {
  if (Object.hasOwn(assertion, 'json')) return jsonProblem(assertion, response, json())
  if (Object.hasOwn(assertion, 'header')) return headerProblem(assertion, response)
  if (Object.hasOwn(assertion, 'body_contains')) {
    const text = assertion.body_contains as string
    return containsText(response.body, text) ? null : say`the body does not contain ${shown(text, response)}`
  }
  const text = assertion.body_not_contains as string
  return containsText(response.body, text) ? say`the body contains ${shown(text, response)}` : null
}

/** Undefined for a body that is not JSON. */
function jsonOf(body: string): Json | undefined {
  try {
    return JSON.parse(body) as Json
  } catch {
    return undefined
  }
}

/** Made when it is first asked for, and once. */
function onDemand<T>(make: () => T): () => T {
  let made: { value: T } | null = null
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** Everything the assertions find wrong with a response. */
export function failedAssertions(assertions: Json | undefined, response: ResponseView): string[] {
  if (!Array.isArray(assertions)) return []
  const json = onDemand(() => jsonOf(response.body))
  const problems = assertions.map((assertion) => assertionProblem(assertion as AssertionObject, response, json))
  return problems.filter((problem) => problem !== null)
}
