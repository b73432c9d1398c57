import { UnstyledButton } from '@mantine/core'
import classes from './schedule-builder.module.css'

interface TogglesProps<Value extends string | number> {
  label: string
  choices: readonly { value: Value; text: string; isWide?: boolean }[]
  chosen: readonly Value[]
  onChange: (chosen: Value[]) => void
}

/** Days to switch on and off, each a button of its own. */
export function Toggles<Value extends string | number>({ label, choices, chosen, onChange }: TogglesProps<Value>) {
  const toggle = (value: Value) => {
    const isOn = chosen.includes(value)
    const wanted = choices.map((choice) => choice.value).filter((other) => chosen.includes(other) || other === value)
    onChange(isOn ? wanted.filter((other) => other !== value) : wanted)
  }
  const button = ({ value, text, isWide }: (typeof choices)[number]) => (
    <UnstyledButton
      key={value}
      className={`${classes.day} ${isWide ? classes.wide : ''}`}
      aria-pressed={chosen.includes(value)}
      onClick={() => toggle(value)}
    >
      {text}
    </UnstyledButton>
  )
  const narrow = choices.filter(({ isWide }) => !isWide)
  const wide = choices.filter(({ isWide }) => isWide)
  return (
    <fieldset aria-label={label} className={classes.kind} style={{ gap: 4 }}>
      {narrow.length > 0 && <div className={classes.days}>{narrow.map(button)}</div>}
      {wide.length > 0 && (
        <div className={classes.row} style={{ gap: 4 }}>
          {wide.map(button)}
        </div>
      )}
    </fieldset>
  )
}
