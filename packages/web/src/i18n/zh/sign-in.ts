import type { signIn as english } from '../en/sign-in.ts'
import type { SameKeys } from '../words.ts'

export const signIn: SameKeys<typeof english> = {
  title: '登录 Rota',
  username: '用户名',
  password: '密码',
  submit: '登录',
  code: '验证码',
  codeNote: '设备上显示的六位数字，或一个恢复码。',
  with: '使用 {{name}} 登录',
  or: '或',
  byPassword: '使用密码登录',
  firstTime:
    '首次使用？管理员“admin”的一次性密码在服务器启动时打印在终端，也保存在数据目录的 first-admin-password 文件中。',
  expired: '会话已结束',
  expiredText: '请重新登录以继续。您在本页填写的内容仍然保留。',
  changeTitle: '设置您自己的密码',
  changeText: '一次性密码仅供首次登录使用。',
  current: '当前密码',
  next: '新密码',
  again: '再次输入新密码',
  differ: '两次输入的新密码不一致。',
  change: '修改密码',
}
