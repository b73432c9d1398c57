import { KINDS, PERMISSIONS } from '@rota/core'
import { z } from 'zod'

export const anyPermission = z.enum(PERMISSIONS).meta({ id: 'AnyPermission' })
export const kind = z.enum(KINDS as [(typeof KINDS)[number], ...(typeof KINDS)[number][]]).meta({ id: 'KindOfThing' })

/** Permissions by kind of thing. */
export const rights = z
  .partialRecord(kind, z.array(anyPermission).max(PERMISSIONS.length))
  .meta({ id: 'Rights', description: 'Permissions by kind of thing.' })
