import { Checkbox, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { FaultText } from '../ui/form/fault-text.tsx'
import type { FieldFault } from '../ui/form/faults.ts'
import { type CronMeaning, cronFields, fieldAt } from './cron-fields.ts'
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
                  <Meaning meaning={meaning} />
                </small>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </>
  )
}

function Meaning({ meaning }: { meaning: CronMeaning }) {
  const { t } = useTranslation()
  // Each takes what its own words name; the type of one stands for all.
  if (meaning.kind !== 'step')
    return t(`schedule.meaning.${meaning.kind}` as 'schedule.meaning.other', { ...(meaning as { value: string }) })
  const { step, from, to } = meaning
  if (from === null) return t('schedule.meaning.step', { step })
  return to === null
    ? t('schedule.meaning.stepFrom', { step, from })
    : t('schedule.meaning.stepRange', { step, from, to })
}
