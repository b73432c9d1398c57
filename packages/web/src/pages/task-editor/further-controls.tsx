import { useTranslation } from 'react-i18next'
import { CHOICES, TASK_SHAPES } from '../../api/task-fields.generated.ts'
import { ChoiceField, ListField, NumberField, SwitchField, TextField } from './field-controls.tsx'
import { FURTHER_FIELDS, wordsOf } from './further-fields.ts'

/** Fields for which nobody has made a control: each gets one by what it holds. Objects are written in YAML. */
export function FurtherFields() {
  const { i18n } = useTranslation()
  return FURTHER_FIELDS.map((path) => {
    const field = { path, label: wordsOf(path, i18n.language) }
    const choices = (CHOICES as Readonly<Record<string, readonly string[]>>)[path]
    if (choices !== undefined) {
      return <ChoiceField key={path} {...field} choices={choices.map((value) => ({ value, label: value }))} />
    }
    switch (TASK_SHAPES[path]) {
      case 'text':
        return <TextField key={path} {...field} />
      case 'number':
        return <NumberField key={path} {...field} />
      case 'boolean':
        return <SwitchField key={path} {...field} />
      case 'list':
        return <ListField key={path} {...field} />
      default:
        return null
    }
  })
}
