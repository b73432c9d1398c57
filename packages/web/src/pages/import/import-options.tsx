import { Select, Switch, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { ZoneSelect } from '../../schedule-builder/zone-select.tsx'
import { FaultText } from '../../ui/form/fault-text.tsx'
import { type FieldFault, faultsAt } from '../../ui/form/faults.ts'
import classes from './import-page.module.css'
import type { CrontabInput } from './use-crontab.ts'

interface ImportOptionsProps {
  input: CrontabInput
  onChange: (changes: Partial<CrontabInput>) => void
  faults: readonly FieldFault[]
}

/** Fields that are typed, so that a mistake in them can be told where it was made. */
export const TYPED_FIELDS = ['timezone', 'group', 'prefix'] as const

/** How the lines are read, and what all of their tasks have in common. */
export function ImportOptions({ input, onChange, faults }: ImportOptionsProps) {
  const { t } = useTranslation()
  const told = (field: (typeof TYPED_FIELDS)[number]) => {
    const [fault] = faultsAt(faults, field)
    return fault && <FaultText fault={fault} onUse={(mend) => onChange({ [field]: mend })} />
  }
  return (
    <div className={classes.options}>
      <Select
        label={t('importPage.format')}
        allowDeselect={false}
        data={(['auto', 'user', 'system'] as const).map((value) => ({
          value,
          label: t(`importPage.formats.${value}`),
        }))}
        value={input.format ?? 'auto'}
        onChange={(format) => onChange({ format: format as NonNullable<CrontabInput['format']> })}
      />
      <ZoneSelect
        label={t('importPage.zone')}
        value={input.timezone ?? ''}
        error={told('timezone')}
        onChange={(timezone) => onChange({ timezone })}
      />
      <TextInput
        label={t('importPage.group')}
        placeholder="crontab"
        value={input.group ?? ''}
        error={told('group')}
        onChange={(event) => onChange({ group: event.currentTarget.value })}
      />
      <TextInput
        label={t('importPage.prefix')}
        value={input.prefix ?? ''}
        error={told('prefix')}
        onChange={(event) => onChange({ prefix: event.currentTarget.value })}
      />
      <Select
        label={t('importPage.existing')}
        allowDeselect={false}
        data={(['skip', 'replace', 'rename'] as const).map((value) => ({
          value,
          label: t(`importPage.policies.${value}`),
        }))}
        value={input.existing ?? 'skip'}
        onChange={(existing) => onChange({ existing: existing as NonNullable<CrontabInput['existing']> })}
      />
      <div className={classes.switches}>
        <Switch
          label={t('importPage.disabled')}
          checked={input.enabled === false}
          onChange={(event) => onChange({ enabled: !event.currentTarget.checked })}
        />
        <Switch
          label={t('importPage.runAs')}
          checked={input.run_as !== false}
          onChange={(event) => onChange({ run_as: event.currentTarget.checked })}
        />
      </div>
    </div>
  )
}
