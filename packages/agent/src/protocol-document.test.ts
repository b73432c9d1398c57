import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AGENT_PROTOCOL, NODE_REFUSALS } from '@rota/core'
import { AGENT_LIMITS, parseFromNode, parseToNode } from '@rota/protocol/agent'
import { describe, expect, test } from 'vitest'

const document = readFileSync(join(import.meta.dirname, '../PROTOCOL.md'), 'utf8')

/** Every example below a heading. */
function examplesOf(heading: string): string[] {
  const section = document.split(`\n## ${heading}\n`)[1]!.split('\n## ')[0]!
  return [...section.matchAll(/```json\n([^`]+)\n```/g)].map(([, text]) => text!)
}

const kindsOf = (examples: readonly string[]) => new Set(examples.map((text) => JSON.parse(text).kind as string))

describe('the document of the protocol', () => {
  test('has an example of every frame of a node, which is read as it stands', () => {
    const examples = examplesOf('Frames of a node')
    for (const text of examples) expect(parseFromNode(text)).toEqual(JSON.parse(text))
    expect([...kindsOf(examples)]).toEqual(['hello', 'heartbeat', 'news', 'leaving'])
    const news = examples.map((text) => JSON.parse(text)).filter(({ kind }) => kind === 'news')
    expect(news.map((frame) => frame.news.kind)).toEqual([
      ...['acked', 'refused', 'lines', 'progress', 'unfinished', 'ended'],
    ])
  })

  test('has an example of every frame to a node, which is read as it stands', () => {
    const examples = examplesOf('Frames to a node')
    for (const text of examples) expect(parseToNode(text)).toEqual(JSON.parse(text))
    expect([...kindsOf(examples)]).toEqual([
      ...['welcome', 'refused', 'heard', 'order', 'got', 'hold', 'go_on', 'cancel', 'resume', 'drain', 'new_key'],
    ])
  })

  test('names the limits of the code, all of them', () => {
    const rows = [...document.matchAll(/^\| (\w+) \| (\d+) \|/gm)].map(([, name, value]) => [name, Number(value)])
    expect(Object.fromEntries(rows)).toEqual(AGENT_LIMITS)
  })

  test('names the version and the codes of refusals', () => {
    expect(document).toContain(`Version ${AGENT_PROTOCOL}.`)
    expect(document).toContain(`Codes: ${NODE_REFUSALS.map((code) => `\`${code}\``).join(', ')}.`)
  })
})
