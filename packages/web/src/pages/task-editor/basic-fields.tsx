import { Autocomplete, SegmentedControl, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { TASK_TYPES } from '../../subjects/task/task-types.ts'
import { useGroups } from '../../subjects/task/use-groups.ts'
import { FaultText } from '../../ui/form/fault-text.tsx'
import { useEditor } from './editor-context.ts'
import { TextField } from './field-controls.tsx'
import { PayloadFields } from './payload-fields.tsx'
import classes from './task-editor.module.css'

/** What a task cannot do without: a name, its place, and what it runs. */
export function BasicFields({ isNew }: { isNew: boolean }) {
  const { t } = useTranslation()
  const { document, set, faultAt } = useEditor()
  const groups = useGroups().map(({ name }) => name)
  const type = document.type ?? ''
  const known = TASK_TYPES.find((name) => name === type)
  const groupFault = faultAt('group')
  const typeFault = faultAt('type')
  return (
    <>
      <div className={classes.grid}>
        <TextField path="name" label={t('editor.name')} isRequired autoFocus={isNew} />
        <Autocomplete
          label={t('editor.group')}
          placeholder={t('editor.groupHint')}
          data={groups}
          value={document.group ?? ''}
          error={groupFault && <FaultText fault={groupFault} />}
          onChange={(group) => set('group', group)}
        />
      </div>
      <div>
        <div className={classes.label}>{t('editor.type')}</div>
        <SegmentedControl
          aria-label={t('editor.type')}
          data={[
            ...TASK_TYPES.map((value) => ({ value: value as string, label: t(`editor.types.${value}`) })),
            ...(known === undefined && type !== '' ? [{ value: type, label: type }] : []),
          ]}
          value={type}
          onChange={(next) => set('type', next)}
        />
        {known && <Text className={classes.hint}>{t(`editor.typeHints.${known}`)}</Text>}
        {typeFault && <div className={classes.error}>{typeFault.message}</div>}
      </div>
      <PayloadFields />
    </>
  )
}
