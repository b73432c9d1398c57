import { z } from 'zod'
import { id, instant, instantOrDate, json, pageQuery, pageReply, text } from './scalars.ts'
import { strict } from './strict.ts'

const filter = {
  kind: text(50, 1).exactOptional().meta({ description: 'What kind of thing: `task`, `user`, `session` …' }),
  subject: text(300, 1).exactOptional().meta({ description: 'Id or name of what it was done to.' }),
  actor: text(300, 1).exactOptional().meta({ description: 'Name or id of who did it.' }),
  action: text(50, 1).exactOptional(),
  outcome: z.enum(['done', 'refused']).exactOptional(),
  address: text(100, 1).exactOptional(),
  request_id: text(100, 1).exactOptional(),
  q: text(200)
    .exactOptional()
    .meta({ description: 'Found in who did it, in what it was done to, or in what was done.' }),
  from: instantOrDate.exactOptional(),
  to: instantOrDate.exactOptional().meta({ description: 'Exclusive.' }),
}

export const auditQuery = strict({ ...filter, ...pageQuery })

export const auditExportQuery = strict({
  ...filter,
  format: z.enum(['ndjson', 'csv']).exactOptional().meta({ description: 'Default ndjson.' }),
})

export const auditEntry = z
  .strictObject({
    seq: z.int().nullable().meta({ description: 'Counted without a gap; null for a moment after it was written.' }),
    at: instant,
    tenant_id: z.string().nullable(),
    actor: z.string().nullable().meta({ description: 'A user name or `token:NAME`; null for the scheduler itself.' }),
    user_id: id.nullable(),
    credential: z.string().nullable().meta({ description: '`session:ID` or `token:ID`.' }),
    address: z.string().nullable(),
    request_id: z.string().nullable(),
    kind: z.string(),
    subject_id: z.string().nullable(),
    subject_name: z.string().nullable(),
    action: z.string(),
    outcome: z.enum(['done', 'refused']),
    before: json.meta({ description: 'The fields that a change was about, as they were; without secrets.' }),
    after: json,
    detail: json.meta({ description: 'What else is to be known.' }),
    payload: z
      .string()
      .nullable()
      .meta({ description: '`before`, `after` and `detail` as their hash was made of them.' }),
    payload_hash: z.string().nullable(),
    hash: z.string().nullable().meta({ description: 'SHA-256 of the entry before and of this one.' }),
  })
  .meta({ id: 'AuditEntry' })

export const auditList = z.strictObject({ ...pageReply, entries: z.array(auditEntry) }).meta({ id: 'AuditList' })

/** How the chain stood at an instant, signed by a server (Ed25519). */
export const auditCheckpoint = z
  .strictObject({
    seq: z.int(),
    hash: z.string(),
    at: instant,
    key: z.string().meta({ description: 'The public key, SubjectPublicKeyInfo in base64.' }),
    signature: z.string().meta({ description: 'Of `rota/audit/checkpoint/v1|SEQ|HASH|AT`, in base64.' }),
  })
  .meta({ id: 'AuditCheckpoint' })

export const auditCheckpoints = z
  .strictObject({ file: z.string(), checkpoints: z.array(auditCheckpoint) })
  .meta({ id: 'AuditCheckpoints' })
