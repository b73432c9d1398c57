import type { Words } from '../words.ts'
import { access } from './access.ts'
import { account } from './account.ts'
import { approvals } from './approvals.ts'
import { audit } from './audit.ts'
import { common } from './common.ts'
import { editor } from './editor.ts'
import { execution } from './execution.ts'
import { importPage } from './import-page.ts'
import { log } from './log.ts'
import { nodes } from './nodes.ts'
import { overview } from './overview.ts'
import { palette } from './palette.ts'
import { policies } from './policies.ts'
import { ribbon } from './ribbon.ts'
import { schedule } from './schedule.ts'
import { secrets } from './secrets.ts'
import { settings } from './settings.ts'
import { signIn } from './sign-in.ts'
import { statistics } from './statistics.ts'
import { target } from './target.ts'
import { taskPage } from './task-page.ts'
import { tasks } from './tasks.ts'
import { tenants } from './tenants.ts'
import { timeline } from './timeline.ts'
import { where } from './where.ts'

/** 全部中文文字，按功能分文件；common 位于最上层。 */
export default {
  ...common,
  access,
  approvals,
  account,
  audit,
  editor,
  execution,
  importPage,
  log,
  nodes,
  overview,
  palette,
  policies,
  ribbon,
  schedule,
  secrets,
  settings,
  signIn,
  statistics,
  target,
  taskPage,
  tasks,
  tenants,
  timeline,
  where,
} satisfies Words
