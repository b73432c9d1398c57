import type { Area } from './area.ts'

/** Those who share a server without seeing one another. */
export const tenants: Area = {
  sentences: {
    'There is already a tenant {0}.': '已有租户 {0}。',
    'There was a tenant {0} once, of which histories still tell; choose another id.':
      '曾有租户 {0}，历史记录中仍提到它；请选择其他编号。',
    'The tenant {0} still has {1}; delete these first.': '租户 {0} 仍有 {1}；请先删除这些内容。',
    '{0} tasks (deleted ones count until they are purged)': '{0} 个任务（已删除的任务在彻底清除之前仍计算在内）',
    '{0} executions that have not ended': '{0} 个尚未结束的执行',
    '{0} users': '{0} 个用户',
    '{0} user groups': '{0} 个用户组',
    '{0} roles': '{0} 个角色',
    '{0} grants': '{0} 个授权',
    'The header Rota-Tenant chooses among tenants for those who belong to none.':
      '请求头 Rota-Tenant 仅供不属于任何租户的调用者选择租户。',
    'is {0}; there is no such tenant.': '为 {0}；没有这个租户。',
    'This is about all tenants, and is told to those who belong to none.':
      '此内容涉及所有租户，仅提供给不属于任何租户的调用者。',
    'may hold small letters, digits and -, and starts with a letter or digit.':
      '只能包含小写字母、数字和 -，并以字母或数字开头。',
    'No tenants. Everything belongs to all who may see it.': '没有租户。所有内容对有权查看的人可见。',
    'Its first administrator: rota user create NAME --role admin --tenant {0}':
      '创建其首位管理员：rota user create NAME --role admin --tenant {0}',
    'Give --disable or --enable, not both.': '请给出 --disable 或 --enable，不要同时给出。',
    'Say what to change: --name, --disable or --enable.': '请说明要修改什么：--name、--disable 或 --enable。',
    'There are several of the name {0}, of {1}: choose one by --tenant.':
      '名为 {0} 的有多个，属于 {1}：请用 --tenant 选择其一。',
    'Delete the tenant {0}?': '删除租户 {0}？',
  },
  words: {
    tenant: '租户',
  },
  labels: {
    TENANT: '租户',
    'tenants, who share a server without seeing one another': '租户：共用一台服务器而互不可见',
    'list tenants': '列出租户',
    'make a tenant': '新建租户',
    'rename a tenant, or disable or enable it': '重命名、停用或启用租户',
    'delete a tenant that has nothing': '删除空租户',
    'which tenant': '哪个租户',
    'small letters, digits and -; users sign in as ID/USERNAME': '小写字母、数字和 -；用户以 ID/用户名 登录',
    'what it is called (default: its id)': '名称（默认为其编号）',
    'let in nobody who belongs to it': '拒绝属于该租户的所有人',
    'let them in again': '重新允许其进入',
    'tenant to look at, and to make things in, for those who belong to none (ROTA_TENANT)':
      '要查看并在其中创建内容的租户，供不属于任何租户的人使用（ROTA_TENANT）',
    'those of this server': '本服务器上的租户',
    'make it': '创建租户',
    'then its first administrator, who signs in as acme/ada': '然后创建首位管理员，以 acme/ada 登录',
    'its people and tokens are refused from now on': '从此拒绝其用户和令牌',
    'asks first; refused while it has tasks, users or anything else': '先询问；仍有任务、用户等内容时拒绝',
    changed: '已修改',
  },
}
