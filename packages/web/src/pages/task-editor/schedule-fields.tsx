import { ActionIcon, Button } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { MY_ZONE } from '../../format/instant.ts'
import { ScheduleBuilder } from '../../schedule-builder/schedule-builder.tsx'
import { ZoneSelect } from '../../schedule-builder/zone-select.tsx'
import { entriesOf, entryPath, type ScheduleEntry, withEntries } from '../../subjects/task/task-document.ts'
import { FaultText } from '../../ui/form/fault-text.tsx'
import type { FieldFault } from '../../ui/form/faults.ts'
import { useEditor } from './editor-context.ts'
import classes from './task-editor.module.css'

/** All schedules of the task, and the zone they are read in. `crons` are their expressions, where there are any. */
export function ScheduleFields({ crons }: { crons: readonly (string | null)[] }) {
  const { t } = useTranslation()
  const { document, set, replace, faultAt, faultsAt } = useEditor()
  const written = entriesOf(document)
  // A task without any schedule is one that starts by hand.
  const entries: ScheduleEntry[] = written.length > 0 ? written : [{ schedule: { type: 'none' }, timezone: null }]
  const zone = document.timezone || MY_ZONE
  const change = (next: readonly ScheduleEntry[]) => replace(withEntries(document, next))
  const edit = (index: number, changes: Partial<ScheduleEntry>) =>
    change(entries.map((entry, at) => (at === index ? { ...entry, ...changes } : entry)))
  const zoneFault = faultAt('timezone')

  return (
    <>
      {entries.map((entry, index) => {
        const path = entryPath(index, entries.length)
        const label = entries.length === 1 ? t('schedule.title') : t('schedule.scheduleNo', { no: index + 1 })
        return (
          // Schedules have no identity but their place.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <div key={index} className={entries.length > 1 ? classes.entry : undefined}>
            {entries.length > 1 && (
              <div className={classes.entryHead}>
                {label}
                <ActionIcon
                  aria-label={t('schedule.removeSchedule')}
                  onClick={() => change(entries.filter((_, at) => at !== index))}
                >
                  <IconTrash size={14} />
                </ActionIcon>
              </div>
            )}
            <ScheduleBuilder
              rule={entry.schedule}
              label={label}
              zone={entry.timezone ?? zone}
              cron={crons[index] ?? null}
              faults={inside(faultsAt(path), path)}
              onChange={(schedule) => edit(index, { schedule })}
            />
            {(entries.length > 1 || entry.timezone !== null) && (
              <ZoneSelect
                mt="sm"
                maw={280}
                label={t('schedule.ownZone')}
                placeholder={t('schedule.taskZone')}
                value={entry.timezone ?? ''}
                onChange={(own) => edit(index, { timezone: own === '' ? null : own })}
              />
            )}
          </div>
        )
      })}
      <div className={classes.grid}>
        <ZoneSelect
          label={t('schedule.zone')}
          value={document.timezone ?? ''}
          error={zoneFault && <FaultText fault={zoneFault} onUse={(own) => set('timezone', own)} />}
          onChange={(next) => set('timezone', next)}
        />
      </div>
      <Button
        variant="subtle"
        size="compact-xs"
        leftSection={<IconPlus size={12} />}
        style={{ justifySelf: 'start' }}
        onClick={() => change([...entries, { schedule: { type: 'daily', times: ['02:00'] }, timezone: null }])}
      >
        {t('schedule.addSchedule')}
      </Button>
    </>
  )
}

/** Faults by their path inside the rule. */
function inside(faults: readonly FieldFault[], path: string): FieldFault[] {
  return faults.map((fault) => ({ ...fault, path: fault.path.slice(path.length).replace(/^\./, '') }))
}
