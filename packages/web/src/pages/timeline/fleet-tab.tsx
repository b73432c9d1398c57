import { Button, SegmentedControl, TextInput } from '@mantine/core'
import { useViewportSize } from '@mantine/hooks'
import { IconX } from '@tabler/icons-react'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { formatCount } from '../../format/number.ts'
import { instantOfWall } from '../../format/wall-clock.ts'
import { useZone } from '../../ground/zone.ts'
import { Ribbon } from '../../ribbon/ribbon.tsx'
import { useFleet } from '../../ribbon/use-fleet.ts'
import { useOpenMark } from '../../ribbon/use-open-mark.ts'
import type { RibbonView } from '../../ribbon/view.ts'
import { useOpenTask } from '../../subjects/task/use-open-task.ts'
import { HistoryBegin } from '../../ui/list/history-begin.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import classes from './timeline.module.css'

const route = getRouteApi('/timeline')
const HOUR_MS = 3_600_000
/** A day past, half a day to come. */
const USUAL_SPAN = 36 * HOUR_MS
const DRAWN_AT_MOST = 20_000
/** What stands above and below the lanes, CSS pixels: they take the rest of the window. */
const AROUND_IT = 312
/** Of what stands below them besides, when the history is cut. */
const NOTE = 40

/** Every task a lane (or every group): who ran beside whom, who waited, what comes together. */
export function FleetTab() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const openTask = useOpenTask()
  const open = useOpenMark()
  const { height: viewport } = useViewportSize()
  const by = search.by === 'group' ? 'group' : 'task'
  const view = useMemo((): RibbonView => viewOf(search.span, search.at), [search.span, search.at])
  const { marks, lanes, error, isCut, isComingCut, beginsAt } = useFleet(view, by, search.group)
  const zone = useZone()
  const look = (changes: Partial<typeof search>) => void navigate({ search: (now) => ({ ...now, ...changes }) })

  return (
    <>
      <div className={classes.controls}>
        <SegmentedControl
          aria-label={t('timeline.lanes')}
          value={by}
          onChange={(value) => look({ by: value === 'task' ? undefined : value })}
          data={[
            { value: 'task', label: t('timeline.byTask') },
            { value: 'group', label: t('timeline.byGroup') },
          ]}
        />
        <TextInput
          size="xs"
          type="datetime-local"
          aria-label={t('timeline.jumpTo')}
          title={t('timeline.jumpTo')}
          onChange={(event) => {
            const at = instantOfWall(event.currentTarget.value, zone)
            look({ at: at === null ? undefined : String(Date.parse(at)) })
          }}
        />
        {search.group !== undefined && (
          <Button
            variant="default"
            rightSection={<IconX size={12} aria-hidden />}
            aria-label={t('filter.remove', { token: t('timeline.ofGroup', { group: search.group }) })}
            onClick={() => look({ group: undefined })}
          >
            {t('timeline.ofGroup', { group: search.group })}
          </Button>
        )}
        {isCut && <span className={classes.dim}>{t('timeline.cut', { shown: formatCount(DRAWN_AT_MOST) })}</span>}
        {isComingCut && <span className={classes.dim}>{t('timeline.comingPart')}</span>}
      </div>
      {error !== null && <ProblemNotice error={error} />}
      <Panel isFlush>
        <Ribbon
          size="full"
          marks={marks}
          lanes={lanes}
          view={view}
          onView={({ span, at }) =>
            void navigate({
              search: (now) => ({
                ...now,
                span: String(Math.round(span)),
                at: at === null ? undefined : String(Math.round(at)),
              }),
              replace: true,
            })
          }
          onOpen={open}
          onLane={({ id }) => {
            if (by === 'group') look({ by: undefined, group: id || undefined })
            else if (id !== '') openTask(id)
          }}
          maxHeight={Math.max(240, viewport - AROUND_IT - (beginsAt === null ? 0 : NOTE))}
        />
      </Panel>
      <HistoryBegin at={beginsAt} />
    </>
  )
}

/** Milliseconds as they stand in the address; what is no number there is as if it were not there. */
function viewOf(span: string | undefined, at: string | undefined): RibbonView {
  const [spanMs, atMs] = [Number(span), Number(at)]
  return { span: spanMs > 0 ? spanMs : USUAL_SPAN, at: at !== undefined && Number.isFinite(atMs) ? atMs : null }
}
