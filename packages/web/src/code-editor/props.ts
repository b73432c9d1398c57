import type { CodeLanguage } from './language.ts'

export interface CodeFault {
  message: string
  /** Zero-based character; without it the beginning is meant. */
  position?: number | undefined
}

export interface CodeEditorProps {
  value: string
  onChange?: (value: string) => void
  language: CodeLanguage
  /** Read out as the field's name. */
  label: string
  /** Underlined where they stand; keep the list's identity while it says the same. */
  faults?: readonly CodeFault[] | undefined
  placeholder?: string
  isReadOnly?: boolean
  /** Lines shown without scrolling; more come up to `mostLines`. */
  leastLines?: number
  mostLines?: number
}
