import { Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { MY_ZONE } from '../format/instant.ts'
import classes from './preview-panel.module.css'
import { dayAndTime } from './preview-panel.tsx'
import { sideBySide } from './side-by-side.ts'
import { type Plan, usePreviews } from './use-previews.ts'

/** The next ten instants as they are and as they would be, one line for each instant. */
export function PreviewComparison({ before, after }: { before: Plan; after: Plan }) {
  const { t } = useTranslation()
  const old = usePreviews(before)
  const next = usePreviews(after)
  if (next.isFaulty) return null
  const rows = sideBySide(old.next, next.next)
  const isSame = rows.every((row) => row.before && row.after)
  const zone = after.timezone || MY_ZONE
  return (
    <Stack gap="sm" data-testid="comparison">
      <Text size="sm" fw={550}>
        {t('schedule.comparison')}
      </Text>
      {isSame ? (
        <Text className={classes.quiet}>{t('schedule.same')}</Text>
      ) : (
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t('schedule.before')}</th>
              <th scope="col">{t('schedule.after')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.at}>
                <td data-change={row.before && !row.after ? 'removed' : undefined}>
                  {row.before && dayAndTime(row.at, zone)}
                  {!row.after && <span className="visually-hidden"> {t('schedule.removed')}</span>}
                </td>
                <td data-change={row.after && !row.before ? 'added' : undefined}>
                  {row.after && dayAndTime(row.at, zone)}
                  {!row.before && <span className="visually-hidden"> {t('schedule.added')}</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Stack>
  )
}
