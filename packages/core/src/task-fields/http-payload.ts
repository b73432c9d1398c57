import type { Json } from '../json.ts'

/** What a task of type `http` calls. */
export interface HttpPayload {
  method?: string
  url: string
  headers?: Record<string, string>
  query?: Record<string, string>
  body?: string
  auth?: { type: string; [key: string]: Json }
  expect_status?: string | number | (string | number)[]
  [key: string]: Json | undefined
}
