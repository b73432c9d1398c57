import type { account as english } from '../en/account.ts'
import type { SameKeys } from '../words.ts'

export const account: SameKeys<typeof english> = {
  factor: {
    title: '第二因素',
    about: '除密码外，登录时还需输入手机应用中的验证码。',
    set: '设置',
    scan: '用身份验证器应用扫描此码，或在其中输入密钥，然后填写它显示的验证码。',
    picture: '密钥的二维码',
    secret: '密钥',
    code: '验证码',
    password: '您的密码',
    confirm: '启用',
    on: '已启用。还剩 {{count}} 个恢复码。',
    remove: '关闭',
    renew: '重新生成恢复码',
    either: '验证码或恢复码',
    codes: '设备丢失时可用这些恢复码登录，每个只能使用一次。它们只在此处显示一次，请妥善保存。',
    kept: '我已保存',
    off: '第二因素已关闭。',
    due: '设置第二因素',
    dueText: '在这里，必须先设置第二因素才能继续。',
    elsewhere: '您的账户通过 {{source}} 登录，第二因素由其验证。',
  },
  invite: {
    title: '欢迎使用 Rota',
    text: '您在这里的用户名是 {{name}}。请设置密码。',
    password: '密码',
    again: '再次输入',
    submit: '设置密码并登录',
    none: '此地址不含邀请。请使用收到的完整链接。',
  },
}
