import { type Field, type Fields, FORMS, type InOf, type TextShape, usualOf } from '@rota/core'
import { z } from 'zod'
import { json, jsonObject } from './scalars.ts'
import { scheduleRule } from './schedule.ts'
import { strict } from './strict.ts'

/** One schema a field, so that what has a name in the documentation is one and the same wherever it is used. */
const made = new WeakMap<object, z.ZodType>()

/** The schema of one of the core's fields, without the null that may stand for its default. */
export function schemaOf<F extends Field>(field: F): z.ZodType<NonNullable<InOf<F>>> {
  const known = made.get(field) ?? named(field)
  made.set(field, known)
  return known as z.ZodType<NonNullable<InOf<F>>>
}

function named(field: Field): z.ZodType {
  const { schema: id, about } = field
  if (id === undefined) return bare(field)
  return bare(field).meta({ id, ...(about !== undefined && isOfSchema(field) && { description: about }) })
}

/** What is said of a named schema stands there; what is said of null, where null may be. */
function isOfSchema({ schema, usual }: Field): boolean {
  return schema !== undefined && usual !== null
}

/** The schemas of fields that may each be left out, as documents of their own may: they tell what is taken instead. */
export function documentSchemas<F extends Fields>(fields: F) {
  return schemasOf(fields, (field) => {
    const usual = usualOf(field)
    return usual === undefined || usual === null ? optional(field) : optional(field).meta({ default: usual })
  })
}

/** The schemas of fields that may each be left out. */
export function fieldSchemas<F extends Fields>(fields: F) {
  return schemasOf(fields, optional)
}

type Optional<F extends Fields> = { [Name in keyof F]: z.ZodExactOptional<z.ZodType<InOf<F[Name]>>> }

function schemasOf<F extends Fields>(fields: F, schemaFor: (field: Field) => z.ZodType): Optional<F> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, schemaFor(field)])) as Optional<F>
}

/** The schema of a field that must be there. */
export function required<F extends Field>(field: F): z.ZodType<NonNullable<InOf<F>>> {
  return described(schemaOf(field), field)
}

function optional(field: Field): z.ZodExactOptional {
  const schema = schemaOf(field)
  return described(field.usual === null ? schema.nullable().exactOptional() : schema.exactOptional(), field)
}

function described<Schema extends z.ZodType>(schema: Schema, field: Field): Schema {
  const { about, example } = field
  const said = {
    ...(about !== undefined && !isOfSchema(field) && { description: about }),
    ...(example !== undefined && { examples: [example] }),
  }
  return Object.keys(said).length === 0 ? schema : schema.meta(said)
}

/** Shapes and sizes. Of a form the document tells the pattern; the core checks it, and says what to write instead. */
function bare(field: Field): z.ZodType {
  switch (field.kind) {
    case 'text':
      return textOf(field)
    case 'number': {
      const number = field.isWhole ? z.int() : z.number()
      return (field.isAbove ? number.gt(field.least) : number.min(field.least)).max(field.most)
    }
    case 'flag':
      return z.boolean()
    case 'choice':
      return z.enum(field.choices as [string, ...string[]])
    case 'list':
      return z.array(schemaOf(field.items)).max(field.most)
    case 'map': {
      const map = z.record(textOf(field.names) as z.ZodString, textOf(field.values))
      return field.most === undefined ? map : map.meta({ maxProperties: field.most })
    }
    case 'members': {
      const shape = Object.fromEntries(
        Object.entries(field.members).map(([name, one]) => [name, one.isRequired ? required(one) : optional(one)]),
      )
      return field.isOpen ? z.looseObject(shape).catchall(json) : strict(shape)
    }
    case 'either':
      return z.union(field.of.map((one) => schemaOf(one)) as [z.ZodType, ...z.ZodType[]])
    case 'json':
      return json
    case 'object':
      return jsonObject
    case 'rule':
      return scheduleRule
  }
}

function textOf({ least = 0, most, form, pattern: own }: TextShape): z.ZodType<string> {
  const text = z.string().min(least).max(most)
  const pattern = form === undefined ? (own ?? null) : FORMS[form].pattern
  return pattern === null ? text : text.meta({ pattern })
}
