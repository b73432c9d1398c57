import { NumberInput, Select, Switch, TagsInput, Textarea, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { BOUNDS } from '../../api/task-fields.generated.ts'
import { DEFAULTS, valueAt } from '../../subjects/task/task-document.ts'
import { FaultText } from '../../ui/form/fault-text.tsx'
import { useEditor } from './editor-context.ts'

interface FieldProps {
  /** Of the field in the document: `retry.max_attempts`. */
  path: string
  label: ReactNode
  description?: ReactNode
}

function useField(path: string) {
  const { document, set, faultAt } = useEditor()
  const fault = faultAt(path)
  return {
    value: valueAt(document, path) ?? valueAt(DEFAULTS, path),
    set: (value: unknown) => set(path, value),
    error: fault && <FaultText fault={fault} onUse={(suggestion) => set(path, suggestion)} />,
  }
}

interface TextFieldProps extends FieldProps {
  placeholder?: string
  isCode?: boolean
  isRequired?: boolean
  isWide?: boolean
  type?: string
  autoFocus?: boolean
}

export function TextField({ path, isCode, isRequired, isWide, ...rest }: TextFieldProps) {
  const { value, set, error } = useField(path)
  return (
    <TextInput
      {...rest}
      autoComplete="off"
      spellCheck={!isCode}
      withAsterisk={isRequired ?? false}
      aria-required={isRequired}
      style={isWide ? { gridColumn: '1 / -1' } : undefined}
      styles={isCode ? { input: { fontFamily: 'var(--rota-mono)' } } : {}}
      value={typeof value === 'string' ? value : ''}
      error={error}
      onChange={(event) => set(event.currentTarget.value)}
    />
  )
}

export function AreaField({ path, label, description }: FieldProps) {
  const { value, set, error } = useField(path)
  return (
    <Textarea
      label={label}
      description={description}
      autosize
      minRows={2}
      maxRows={12}
      style={{ gridColumn: '1 / -1' }}
      value={typeof value === 'string' ? value : ''}
      error={error}
      onChange={(event) => set(event.currentTarget.value)}
    />
  )
}

interface NumberFieldProps extends FieldProps {
  unit?: string
  /** What holds while nothing is said. */
  placeholder?: string
}

export function NumberField({ path, label, description, unit, placeholder }: NumberFieldProps) {
  const { value, set, error } = useField(path)
  const [min, max] = BOUNDS[path] ?? []
  return (
    <NumberInput
      {...(min === undefined || max === undefined ? {} : { min, max })}
      // What is typed beyond them is told, not changed.
      clampBehavior="none"
      label={label}
      description={description}
      suffix={unit === undefined ? '' : ` ${unit}`}
      placeholder={placeholder ?? ''}
      value={typeof value === 'number' ? value : ''}
      error={error}
      onChange={(next) => set(next === '' ? null : Number(next))}
    />
  )
}

interface ChoiceFieldProps extends FieldProps {
  choices: readonly { value: string; label: string }[]
}

export function ChoiceField({ path, label, description, choices }: ChoiceFieldProps) {
  const { value, set, error } = useField(path)
  return (
    <Select
      label={label}
      description={description}
      allowDeselect={false}
      data={[...choices]}
      value={typeof value === 'string' ? value : null}
      error={error}
      onChange={set}
    />
  )
}

export function SwitchField({ path, label, description }: FieldProps) {
  const { value, set, error } = useField(path)
  return (
    <Switch
      label={label}
      description={description}
      checked={value === true}
      error={error}
      onChange={(event) => set(event.currentTarget.checked)}
    />
  )
}

/** Short texts as tokens; `ofNumbers` for lists of whole numbers. */
export function ListField({ path, label, description, ofNumbers }: FieldProps & { ofNumbers?: boolean }) {
  const { value, set, error } = useField(path)
  const items = Array.isArray(value)
    ? value.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)))
    : []
  return (
    <TagsInput
      label={label}
      description={description}
      value={items}
      error={error}
      onChange={(next) => set(next.length === 0 ? null : ofNumbers ? next.map(numberOrText) : next)}
    />
  )
}

function numberOrText(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text
}
