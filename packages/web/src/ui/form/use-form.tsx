import { type ChangeEvent, type FormEvent, type ReactNode, useState } from 'react'
import { FaultText } from './fault-text.tsx'
import { type FieldFault, faultsAt, faultsOf, problemBeside } from './faults.ts'

interface Field<Value> {
  value: Value
  error: ReactNode
  onChange: (value: Value) => void
}

interface TextField {
  value: string
  error: ReactNode
  onChange: (event: ChangeEvent<HTMLInputElement>) => void
}

type TextPath<Values> = { [Path in keyof Values]: Values[Path] extends string ? Path : never }[keyof Values] & string

export interface Form<Values> {
  values: Values
  set: <Path extends keyof Values>(path: Path, value: Values[Path]) => void
  /** For an input that gives its value: `<Select {...form.field('role')} />`. */
  field: <Path extends keyof Values & string>(path: Path) => Field<Values[Path]>
  /** For an input that gives an event: `<TextInput {...form.text('name')} />`. */
  text: (path: TextPath<Values>) => TextField
  faultAt: (path: string) => FieldFault | undefined
  /** What no field tells of the refusal; null where there is nothing. */
  problem: unknown
  isBusy: boolean
  send: () => Promise<void>
  onSubmit: (event: FormEvent) => void
  /** As it was in the beginning. */
  reset: () => void
}

/**
 * A form whose values are named by the paths that the API has for them: what it refuses stands at its field, with its
 * mend at a click, and what belongs to no field is `problem`. `send` throws the refusal.
 */
export function useForm<Values extends object>(
  initial: Values,
  send: (values: Values) => Promise<unknown>,
): Form<Values> {
  const [values, setValues] = useState(initial)
  const sending = useSending(() => send(values))
  const { error } = sending
  const faultAt = (path: string) => faultsAt(faultsOf(error), path)[0]
  const set: Form<Values>['set'] = (path, value) => setValues((now) => ({ ...now, [path]: value }))

  function told(path: keyof Values & string): ReactNode {
    const fault = faultAt(path)
    const onUse =
      typeof values[path] === 'string' ? (mend: string) => set(path, mend as Values[typeof path]) : undefined
    return fault && <FaultText fault={fault} onUse={onUse} />
  }

  return {
    values,
    set,
    field: (path) => ({ value: values[path], error: told(path), onChange: (value) => set(path, value) }),
    text: (path) => ({
      value: values[path] as string,
      error: told(path),
      onChange: (event) => set(path, event.currentTarget.value as Values[typeof path]),
    }),
    faultAt,
    problem: problemBeside(error, Object.keys(values)),
    isBusy: sending.isBusy,
    send: sending.send,
    onSubmit: (event) => {
      event.preventDefault()
      void sending.send()
    },
    reset: () => {
      setValues(initial)
      sending.forget()
    },
  }
}

/** What was refused stays until it is sent anew and accepted. */
function useSending(call: () => Promise<unknown>) {
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)

  async function send(): Promise<void> {
    setBusy(true)
    try {
      await call()
      setError(null)
    } catch (thrown) {
      setError(thrown)
    } finally {
      setBusy(false)
    }
  }

  return { error, isBusy, send, forget: () => setError(null) }
}
