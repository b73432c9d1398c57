import { type LanguageCode, languageOf, translate } from '@rota/core'
import { SPOKEN } from '@rota/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'

/** Says a reply's sentences in another language; what is no sentence stays as it is. */
type Speaker = (value: unknown, language: LanguageCode) => unknown

/** Marks a reply as one that depends on the language asked for, and answers that language. */
export function answerIn(request: FastifyRequest, reply: FastifyReply): LanguageCode {
  const language = languageOf(request.headers['accept-language'])
  reply.header('Content-Language', language === 'zh' ? 'zh-CN' : 'en')
  const vary = reply.getHeader('Vary')
  reply.header('Vary', vary === undefined ? 'Accept-Language' : `${String(vary)}, Accept-Language`)
  return language
}

/**
 * What says the sentences of replies of this schema, found by the fields that the protocol marks as such; null where
 * there are none. The schema is walked once, replies only where it leads to a sentence.
 */
export function speakerFor(schema: z.ZodType): Speaker | null {
  const known = speakers.get(schema)
  if (known !== undefined) return known
  const speaker = walk(schema, new Set())
  speakers.set(schema, speaker)
  return speaker
}

const speakers = new WeakMap<z.ZodType, Speaker | null>()

interface Def {
  type: string
  shape?: Record<string, z.ZodType>
  element?: z.ZodType
  innerType?: z.ZodType
  options?: readonly z.ZodType[]
  valueType?: z.ZodType
  left?: z.ZodType
  right?: z.ZodType
}

function walk(schema: z.ZodType, above: ReadonlySet<z.ZodType>): Speaker | null {
  if (above.has(schema)) return null
  const inside = new Set([...above, schema])
  if (schema.meta()?.[SPOKEN] !== undefined) {
    return (value, language) => (typeof value === 'string' ? translate(value, language) : value)
  }
  const def = schema.def as unknown as Def
  const within = [def.innerType, ...(def.options ?? []), def.left, def.right]
  if (def.shape) return ofFields(def.shape, inside)
  if (def.element) return ofEntries(walk(def.element, inside))
  return within.reduce<Speaker | null>((all, each) => both(all, each ? walk(each, inside) : null), null)
}

function ofFields(shape: Record<string, z.ZodType>, above: ReadonlySet<z.ZodType>): Speaker | null {
  const speakers = Object.entries(shape).flatMap(([name, field]): [string, Speaker][] => {
    const speaker = walk(field, above)
    return speaker === null ? [] : [[name, speaker]]
  })
  if (speakers.length === 0) return null
  return (value, language) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    const said: Record<string, unknown> = { ...value }
    for (const [name, speaker] of speakers) if (name in said) said[name] = speaker(said[name], language)
    return said
  }
}

function ofEntries(speaker: Speaker | null): Speaker | null {
  if (speaker === null) return null
  return (value, language) => (Array.isArray(value) ? value.map((each) => speaker(each, language)) : value)
}

function both(a: Speaker | null, b: Speaker | null): Speaker | null {
  if (a === null || b === null) return a ?? b
  return (value, language) => b(a(value, language), language)
}
