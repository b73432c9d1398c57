import type { Rule } from './rule.ts'

/** What the harness itself saw: servers that ended by themselves, did not come back, or left programs behind. */
export const sightings: Rule = ({ sightings }) =>
  sightings.map(({ kind, instance, at, text }) => ({
    verdict: kind,
    task: instance === null ? 'all instances' : `instance ${instance}`,
    text,
    at,
  }))
