import { Fragment } from 'react'
import { Instant } from '../../ui/instant.tsx'
import { ExecutionLink } from './execution-link.tsx'

/** Instants and ids of executions as the API writes them into sentences. */
const PARTS = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/g

/** A sentence of the API with its instants in the reader's zone, and its ids short and leading there. */
export function ExplainedText({ text }: { text: string }) {
  return text.split(PARTS).map((part, at) => {
    const key = `${at} ${part}`
    if (at % 2 === 0) return <Fragment key={key}>{part}</Fragment>
    if (part.endsWith('Z')) return <Instant key={key} at={part} style="absolute" />
    return (
      <ExecutionLink key={key} executionId={part} title={part} className="mono">
        {part.slice(-8)}
      </ExecutionLink>
    )
  })
}
