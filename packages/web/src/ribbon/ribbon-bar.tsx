import { ActionIcon, Tooltip } from '@mantine/core'
import { IconFocusCentered, IconTable, IconZoomIn, IconZoomOut } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { OutcomeBadge } from '../subjects/execution/outcome-badge.tsx'
import type { Outcome } from '../subjects/execution/outcomes.ts'
import classes from './ribbon.module.css'
import type { RibbonViewState } from './use-ribbon-view.ts'
import { NOW_FRACTION } from './view.ts'

const SHOWN: readonly Outcome[] = ['success', 'late', 'failed', 'running', 'skipped', 'missed', 'cancelled', 'planned']
const STEP = 1.6

interface RibbonBarProps extends RibbonViewState {
  hasTable: boolean
  onTable: () => void
}

/** What the marks mean, and the buttons for whoever has no wheel. */
export function RibbonBar({ view, zoomBy, toNow, hasTable, onTable }: RibbonBarProps) {
  const { t } = useTranslation()
  const buttons = [
    { word: t('ribbon.zoomIn'), icon: IconZoomIn, act: () => zoomBy(1 / STEP, NOW_FRACTION) },
    { word: t('ribbon.zoomOut'), icon: IconZoomOut, act: () => zoomBy(STEP, NOW_FRACTION) },
    { word: t('ribbon.toNow'), icon: IconFocusCentered, act: toNow, isIdle: view.at === null },
  ]
  return (
    <div className={classes.bar}>
      <ul className={classes.legend}>
        {SHOWN.map((outcome) => (
          <li key={outcome}>
            <OutcomeBadge outcome={outcome} isQuiet />
          </li>
        ))}
        <li className={classes.clash}>{t('ribbon.waits')}</li>
      </ul>
      <div>
        {buttons.map(({ word, icon: Icon, act, isIdle }) => (
          <Tooltip key={word} label={word}>
            <ActionIcon aria-label={word} onClick={act} disabled={isIdle ?? false}>
              <Icon size={16} stroke={1.6} />
            </ActionIcon>
          </Tooltip>
        ))}
        <Tooltip label={t(hasTable ? 'ribbon.asRibbon' : 'ribbon.asTable')}>
          <ActionIcon aria-label={t('ribbon.asTable')} aria-expanded={hasTable} onClick={onTable}>
            <IconTable size={16} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </div>
    </div>
  )
}
