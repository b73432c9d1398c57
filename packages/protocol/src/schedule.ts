import { type Field, type Fields, type InOf, RULE_FIELDS, type ScheduleInput } from '@rota/core'
import { z } from 'zod'
import { text } from './scalars.ts'
import { strict } from './strict.ts'

/** One kind of rule. */
function kindOf(type: string, fields: Fields) {
  const members = Object.entries(fields).map(([name, field]) => {
    const schema = field.about === undefined ? documented(field) : documented(field).meta({ description: field.about })
    return [name, field.isRequired ? schema : schema.exactOptional()]
  })
  return strict({ type: z.literal(type), ...Object.fromEntries(members) })
}

/** Shapes and lengths are checked here; ranges and patterns stand in the document, and the core says what is wrong. */
export function documented<F extends Field>(field: F): z.ZodType<InOf<F>> {
  return schemaOf(field) as z.ZodType<InOf<F>>
}

function schemaOf(field: Field): z.ZodType {
  switch (field.kind) {
    case 'text':
      return field.pattern === undefined ? text(field.most) : text(field.most).meta({ pattern: field.pattern })
    case 'number':
      return z.number().meta({ type: 'integer', minimum: field.least, maximum: field.most })
    case 'flag':
      return z.boolean()
    case 'choice':
      return z.enum(field.choices as [string, ...string[]])
    case 'list':
      return z
        .array(schemaOf(field.items))
        .min(field.least ?? 0)
        .max(field.most)
    case 'either':
      return z.union(field.of.map(schemaOf) as [z.ZodType, ...z.ZodType[]])
    default:
      throw new Error(`A rule has no ${field.kind}.`)
  }
}

export const cronDialect = documented(RULE_FIELDS.cron.dialect).meta({
  description: RULE_FIELDS.cron.dialect.about,
})

const kinds = Object.entries(RULE_FIELDS).map(([type, fields]) => kindOf(type, fields))

/** The rule of a schedule. Shapes are checked here; what they mean, with positions, is checked by the schedule core. */
export const scheduleRule: z.ZodType<ScheduleInput> = z
  .union([
    text(1_000).meta({ description: 'A cron expression.' }),
    z.discriminatedUnion('type', kinds as [(typeof kinds)[number], ...typeof kinds]),
  ])
  .meta({
    id: 'ScheduleRule',
    description: 'When a task runs. A string is a cron expression.',
  }) as unknown as z.ZodType<ScheduleInput>
