import type { EngineEvent } from '@rota/engine'
import type { Logger } from 'pino'

const MOST_IDS_LOGGED = 100

/** What an operator has to read of what happens in the engine. */
export function logEvent(logger: Logger, event: EngineEvent): void {
  logConsumer(logger, event)
  if (event.type === 'degraded') logger.error({ reason: event.reason }, 'degraded')
  if (event.type === 'recovered') logger.info('recovered')
  if (event.type === 'clock_set_back') {
    const message = 'the clock was set back: nothing that was planned before is planned again until it has caught up'
    logger.error({ behind_ms: event.byMs }, message)
  }
  if (event.type !== 'instance_fenced') return
  const { silentMs: silent_ms, givenBack: given_back, executions } = event
  const count = executions.length
  const facts = { instance: event.instanceId, silent_ms, given_back, fenced: count }
  if (count === 0) logger.warn(facts, 'the lease had ended and was renewed: what was held is claimed anew')
  else {
    const message = `fenced: others have taken over ${count} executions that this server was running; they may have run twice`
    logger.error({ ...facts, executions: executions.slice(0, MOST_IDS_LOGGED) }, message)
  }
}

/** How those fare who follow what happens. */
function logConsumer(logger: Logger, event: EngineEvent): void {
  if (event.type === 'consumer_failed') {
    const { consumer, reason, retryInMs: retry_in_ms } = event
    logger.warn({ consumer, reason, retry_in_ms }, 'a consumer of the outbox failed and is given the same again')
  }
  if (event.type === 'consumer_behind') {
    const { consumer, waiting, oldestAt } = event
    const oldest_at = oldestAt === null ? null : new Date(oldestAt).toISOString()
    logger.error({ consumer, waiting, oldest_at }, 'a consumer of the outbox falls behind: the oldest entries will go')
  }
  if (event.type === 'consumer_missed') {
    const { consumer, count } = event
    logger.error({ consumer, missed: count }, 'entries of the outbox were removed before a consumer came to them')
  }
}
