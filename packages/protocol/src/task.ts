import { TASK_FIELDS, TASK_SET_BY_SERVER } from '@rota/core'
import { z } from 'zod'
import { documentSchemas, fieldSchemas, required, schemaOf } from './field-schema.ts'
import { strict } from './strict.ts'

export const params = schemaOf(TASK_FIELDS.params)
export const retryPolicy = schemaOf(TASK_FIELDS.retry)
export const concurrencyPolicy = schemaOf(TASK_FIELDS.concurrency)
export const misfireSettings = schemaOf(TASK_FIELDS.misfire)

/** Every field a person may write, each optional: the body of PUT and PATCH. */
export const taskFields = fieldSchemas(TASK_FIELDS)

/** A task as a person writes it. */
export const taskInput = strict(
  { ...documentSchemas(TASK_FIELDS), name: required(TASK_FIELDS.name), type: required(TASK_FIELDS.type) },
  TASK_SET_BY_SERVER,
).meta({ id: 'TaskInput', description: 'A task as it is written. Fields that are left out take their defaults.' })

/** The fields to change. */
export const taskChanges = strict(
  {
    ...taskFields,
    version: z
      .int()
      .min(1)
      .exactOptional()
      .meta({ description: 'The version the change was made from, as `If-Match` says it.' }),
  },
  TASK_SET_BY_SERVER.filter((field) => field !== 'version'),
).meta({ id: 'TaskChanges', description: 'The fields to change; the others stay as they are.' })
