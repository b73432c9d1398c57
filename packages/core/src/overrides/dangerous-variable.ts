import { say } from '../language/say.ts'
import { INTERPRETER_VARIABLES } from './interpreter-variables.ts'

/** Who reads each whole name, and who each beginning and ending; those read in any case in upper case. */
const names = new Map<string, string>()
const namesInAnyCase = new Map<string, string>()
const ends: { text: string; program: string; isStart: boolean; anyCase: boolean }[] = []
for (const { program, anyCase = false, names: whole = [], prefixes = [], suffixes = [] } of INTERPRETER_VARIABLES) {
  const cased = (text: string) => (anyCase ? text.toUpperCase() : text)
  for (const name of whole) (anyCase ? namesInAnyCase : names).set(cased(name), program)
  for (const text of prefixes) ends.push({ text: cased(text), program, isStart: true, anyCase })
  for (const text of suffixes) ends.push({ text: cased(text), program, isStart: false, anyCase })
}

/** Choose among files of the system by a name; with a path in it, a file of the setter's (sudoers(5), env_check). */
const NAMES_OF_FILES = /^(?:LANG|LANGUAGE|LC_[A-Z]+|LINGUAS|TERM|COLORTERM|TZ)$/

/** The programs that find code, files or hosts by a variable; null when none is known to. */
export function readerOf(name: string): string | null {
  const upper = name.toUpperCase()
  const reader = names.get(name) ?? namesInAnyCase.get(upper)
  if (reader !== undefined) return reader
  for (const { text, program, isStart, anyCase } of ends) {
    const subject = anyCase ? upper : name
    if (isStart ? subject.startsWith(text) : subject.endsWith(text)) return program
  }
  return null
}

/** Why nobody may set this variable for a single run, whatever the task says; null when it may be set. */
export function dangerOf(name: string, value: string): string | null {
  const program = readerOf(name)
  if (program !== null) {
    return say`${name} is read by ${program} and can make it run other code: a run cannot set it. Change the task instead.`
  }
  if (NAMES_OF_FILES.test(name) && (/^:?\/|\.\.|%/.test(value) || value.length > 100)) {
    return say`${name} may name a locale, terminal or zone, but not a file: no leading /, no .. and no %.`
  }
  return null
}
