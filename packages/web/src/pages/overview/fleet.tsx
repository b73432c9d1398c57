import { Anchor } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Ribbon } from '../../ribbon/ribbon.tsx'
import { useFleet } from '../../ribbon/use-fleet.ts'
import { useOpenMark } from '../../ribbon/use-open-mark.ts'
import type { RibbonView } from '../../ribbon/view.ts'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { FIRST_VIEW } from './overview-questions.ts'

/** Everything that runs, ran and will, by group. */
export function Fleet() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const open = useOpenMark()
  const [view, setView] = useState<RibbonView>(FIRST_VIEW)
  const { marks, lanes, error } = useFleet(view, 'group')
  return (
    <Panel
      title={t('overview.ribbon')}
      isFlush
      aside={
        <Anchor size="xs" renderRoot={(props) => <Link to="/timeline" {...props} />}>
          {t('overview.allTasks')}
        </Anchor>
      }
    >
      {error !== null && <ProblemNotice error={error} />}
      <Ribbon
        size="full"
        marks={marks}
        lanes={lanes}
        view={view}
        onView={setView}
        onOpen={open}
        onLane={({ id }) =>
          void navigate({ to: '/timeline', search: { tab: 'fleet', ...(id !== '' && { group: id }) } })
        }
        maxHeight={236}
      />
    </Panel>
  )
}
