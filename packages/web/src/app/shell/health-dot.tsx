import { Tooltip } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import { useLiveState } from '../live.ts'
import classes from './shell.module.css'

const PERIOD_MS = 15_000

/** Whether work is taken and started, at a glance. */
export function HealthDot() {
  const { t } = useTranslation()
  const { data: ready, error } = useQuery({
    queryKey: ['ready'],
    // 503 is an answer here: it says why.
    queryFn: () => data(api.GET('/ready', { fetch: acceptUnready })),
    refetchInterval: PERIOD_MS,
    retry: false,
  })
  const state = error ? null : (ready?.state ?? null)
  const live = useLiveState()
  const isCutOff = live === 'reconnecting' && !error
  const colour = isCutOff ? 'late' : state === 'running' ? 'success' : error || state === 'degraded' ? 'failed' : 'late'
  const said = isCutOff
    ? t('health.reconnecting')
    : isKnown(state)
      ? t(`health.${state}`)
      : (state ?? t('health.unknown'))
  const word = error ? t('health.offline') : said
  return (
    <span role="status">
      <Tooltip label={ready?.reason ?? word}>
        <Link to="/settings" search={{ tab: 'system' }} className={classes.health}>
          <span className={classes.dot} style={{ '--dot': `var(--${colour})` } as React.CSSProperties} aria-hidden />
          {(state === 'running' || state === null) && !isCutOff && !error ? (
            <span className="visually-hidden">{word}</span>
          ) : (
            word
          )}
        </Link>
      </Tooltip>
    </span>
  )
}

const STATES = ['running', 'starting', 'degraded', 'draining', 'stopped'] as const

function isKnown(state: string | null): state is (typeof STATES)[number] {
  return STATES.some((known) => known === state)
}

async function acceptUnready(request: Request): Promise<Response> {
  const response = await fetch(request)
  return response.status === 503 ? new Response(response.body, { status: 200, headers: response.headers }) : response
}
