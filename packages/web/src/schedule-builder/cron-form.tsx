import { Checkbox, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { FaultText } from '../ui/form/fault-text.tsx'
import type { FieldFault } from '../ui/form/faults.ts'
import { type CronFieldName, type CronMeaning, cronFields, fieldAt } from './cron-fields.ts'
import { fieldValue } from './field-value.ts'
import type { RuleOf } from './rule.ts'
import classes from './schedule-builder.module.css'

interface CronFormProps {
  rule: RuleOf<'cron'>
  onChange: (rule: RuleOf<'cron'>) => void
  faults: readonly FieldFault[]
}

/** The expression as text, and below it what each field says; the field with a mistake is marked. */
export function CronForm({ rule, onChange, faults }: CronFormProps) {
  const { t } = useTranslation()
  const fields = cronFields(rule.expression)
  const fault = faults.find(({ path }) => path === 'expression' || path === '')
  const faulty = fields && fault?.position !== undefined ? fieldAt(fields, fault.position) : undefined
  return (
    <>
      <TextInput
        label={t('schedule.expression')}
        description={t('schedule.expressionHint')}
        value={rule.expression}
        spellCheck={false}
        autoComplete="off"
        styles={{ input: { fontFamily: 'var(--rota-mono)', fontSize: 14 } }}
        error={fault && <FaultText fault={fault} onUse={(expression) => onChange({ ...rule, expression })} />}
        onChange={(event) => onChange({ ...rule, expression: event.currentTarget.value })}
      />
      <Checkbox
        label={t('schedule.quartz')}
        description={t('schedule.quartzHint')}
        checked={rule.dialect === 'quartz'}
        onChange={(event) => {
          const { expression } = rule
          onChange(
            event.currentTarget.checked
              ? { type: 'cron', expression, dialect: 'quartz' }
              : { type: 'cron', expression },
          )
        }}
      />
      {fields && (
        <dl className={classes.fields}>
          {fields.map(({ name, text, start, meaning }) => (
            <div key={start} className={classes.field} data-fault={faulty?.start === start || undefined}>
              <dt>{t(`schedule.fields.${name}`)}</dt>
              <dd>
                <code>{text}</code>
              </dd>
              <dd>
                <small>
                  <Meaning field={name} meaning={meaning} isQuartz={rule.dialect === 'quartz'} />
                </small>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </>
  )
}

interface MeaningProps {
  field: CronFieldName
  meaning: CronMeaning
  isQuartz: boolean
}

function Meaning({ field, meaning, isQuartz }: MeaningProps) {
  const { t, i18n } = useTranslation()
  const said = (text: string) => fieldValue(field, text, { language: i18n.language, isQuartz })
  switch (meaning.kind) {
    case 'step': {
      const { step, from, to } = meaning
      if (from === null) return t('schedule.meaning.step', { step })
      return to === null
        ? t('schedule.meaning.stepFrom', { step, from: said(from) })
        : t('schedule.meaning.stepRange', { step, from: said(from), to: said(to) })
    }
    case 'range':
      return t('schedule.meaning.range', { from: said(meaning.from), to: said(meaning.to) })
    case 'list':
      return t('schedule.meaning.list', { values: said(meaning.values) })
    case 'nth': {
      const nth = t(`schedule.nths.n${meaning.nth}` as 'schedule.nths.n1').toLowerCase()
      return t('schedule.meaning.nth', { nth, value: said(meaning.value) })
    }
    case 'hashedStep':
      return t('schedule.meaning.hashedStep', { step: meaning.step })
    case 'nearestWeekday':
      return t('schedule.meaning.nearestWeekday', { value: meaning.value })
    case 'value':
    case 'lastOf':
      return t(`schedule.meaning.${meaning.kind}`, { value: said(meaning.value) })
    case 'other':
      return meaning.value
    default:
      return t(`schedule.meaning.${meaning.kind}`)
  }
}
