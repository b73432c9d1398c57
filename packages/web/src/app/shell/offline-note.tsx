import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatInstant } from '../../format/instant.ts'
import { holdNow } from '../../ground/now.ts'
import { useZone } from '../../ground/zone.ts'
import { useLiveState } from '../live.ts'
import classes from './shell.module.css'

/** A stream that is back so soon was not missed. Milliseconds. */
const PATIENCE_MS = 2_000

/** Says since when the page hears nothing; until it does again, its clock stands: what it shows is of then. */
export function OfflineNote() {
  const { t } = useTranslation()
  const zone = useZone()
  const isLost = useLiveState() === 'reconnecting'
  const [since, setSince] = useState<number | null>(null)
  useEffect(() => {
    if (!isLost) return
    const lostAt = Date.now()
    const timer = setTimeout(() => {
      holdNow(true)
      setSince(lostAt)
    }, PATIENCE_MS)
    return () => {
      clearTimeout(timer)
      holdNow(false)
      setSince(null)
    }
  }, [isLost])
  if (since === null) return null
  return (
    <div role="status" className={classes.offline}>
      {t('health.asOf', { time: formatInstant(since, { zone, isTimeOnly: true }) })}
    </div>
  )
}
