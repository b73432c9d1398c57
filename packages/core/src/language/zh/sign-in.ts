import type { Area } from './area.ts'

/** Ways to sign in: invitations, second factors, providers and directories. */
export const signIn: Area = {
  sentences: {
    "The sign-in failed; the server's log tells more.": '登录失败；详情见服务器日志。',
    'This account has no second factor.': '此账户没有第二因素。',
    'This account signs in with {0}, which asks for a second factor itself.': '此账户通过 {0} 登录，第二因素由其验证。',
    'is missing; or invite: true makes a link to choose it by.': '缺失；也可用 invite: true 生成设置密码的链接。',
    'cannot go together with password.': '不能与 password 同时使用。',
    'cannot go together with Idempotency-Key.': '不能与 Idempotency-Key 同时使用。',
    'Set up a second factor first: sign in to the page, or POST /api/auth/second-factor.':
      '请先设置第二因素：登录页面，或 POST /api/auth/second-factor。',
    'User name or password is wrong, or the account cannot sign in with a password here: use a provider.':
      '用户名或密码错误，或此账户不能在此用密码登录：请使用身份提供方。',
    'The claim {0} of the provider is no list of names; correct it there.':
      '身份提供方的声明 {0} 不是名称列表；请在那里更正。',
    'There is no account for {0}; an administrator makes it.': '{0} 没有账户；请由管理员创建。',
    'The tenant {0} of new accounts is disabled, or there is none.': '新账户所属的租户 {0} 已停用或不存在。',
    'No name could be found for the account of {0}.': '无法为 {0} 的账户找到可用的名称。',
    'The role {0} of the group {1} does not exist, so that it is not given.': '组 {1} 的角色 {0} 不存在，因此未授予。',
    'This account signs in with {0}; it has no password here.': '此账户通过 {0} 登录，在此没有密码。',
    'This account is disabled; enable it first.': '此账户已停用；请先启用。',
    'This invitation was used, replaced or has expired; ask for a new one.':
      '此邀请已使用、已被替换或已过期；请索取新的邀请。',
    'The certificates of the directory cannot be read: {0}.': '无法读取目录服务的证书：{0}。',
    'The directory refuses auth.ldap.bind_dn; correct it or its password.':
      '目录服务拒绝 auth.ldap.bind_dn；请更正它或其密码。',
    'The directory shows no {0}; let auth.ldap.bind_dn read it.':
      '目录服务没有给出 {0}；请允许 auth.ldap.bind_dn 读取。',
    'The directory knows no such base; correct auth.ldap.user_base or group_base.':
      '目录服务中没有该起始位置；请更正 auth.ldap.user_base 或 group_base。',
    'The certificate of the directory {0} is not trusted; see auth.ldap.ca_file.':
      '目录服务 {0} 的证书不受信任；见 auth.ldap.ca_file。',
    'The directory {0} cannot be asked ({1}); other ways to sign in go on.':
      '无法查询目录服务 {0}（{1}）；其他登录方式仍可使用。',
    '{0} says nowhere what its keys are (jwks_uri).': '{0} 没有说明其密钥（jwks_uri）。',
    'The secret for {0} cannot be read: {1}.': '无法读取用于 {0} 的机密：{1}。',
    'This is no logout token for this server.': '这不是给此服务器的登出令牌。',
    '{0} did not sign you in ({1}).': '{0} 没有让您登录（{1}）。',
    '{0} did not accept the sign-in ({1}); begin again.': '{0} 没有接受此次登录（{1}）；请重新开始。',
    '{0} cannot be reached; other ways to sign in go on.': '无法连接 {0}；其他登录方式仍可使用。',
    'What answers at {0} is no OpenID Connect provider of that name.':
      '{0} 处应答的不是以此为名的 OpenID Connect 身份提供方。',
    'Set the clocks, or auth.clock_skew_seconds.': '请校准时钟，或调整 auth.clock_skew_seconds。',
    'The answer of {0} is out of date by the clock of this server. {1}': '按此服务器的时钟，{0} 的应答已过期。{1~}',
    'The answer of {0} is for somebody else, or for another sign-in.': '{0} 的应答属于他人，或属于另一次登录。',
    'The answer of {0} is not signed with a key of its own.': '{0} 的应答不是用其自己的密钥签名的。',
    'The answer of {0} does not belong to this sign-in; begin again.': '{0} 的应答不属于此次登录；请重新开始。',
    'This sign-in was not begun in this browser, or took too long; begin again.':
      '此次登录不是在此浏览器中开始的，或耗时过长；请重新开始。',
    'This logout token was used before.': '此登出令牌已被使用过。',
    'This account has a second factor; remove it first.': '此账户已有第二因素；请先移除。',
    'has expired; begin again.': '已过期；请重新开始。',
    'This account has a second factor: give its code, too.': '此账户有第二因素：还需给出其验证码。',
    'The code is wrong, or was used before.': '验证码错误，或已被使用过。',
    'must be a code that the device shows now, or a recovery code.': '必须是设备当前显示的验证码，或一个恢复码。',
    'Use a recovery code, or have an administrator remove it.': '请使用恢复码，或请管理员移除。',
    "The second factor cannot be read: the server's key has changed. {0}": '无法读取第二因素：服务器的密钥已更改。{0~}',
    'is not the code that the device shows now.': '不是设备当前显示的验证码。',
    'Second factor required': '需要第二因素',
    'is not kept here: this account signs in with {0}.': '不保存在此处：此账户通过 {0} 登录。',
    'must be an address such as https://rota.example.org.': '必须是形如 https://rota.example.org 的地址。',
    'is used twice.': '重复使用。',
    'must hold openid.': '必须包含 openid。',
    'would send passwords in clear; use ldaps:// or start_tls.': '会以明文发送密码；请使用 ldaps:// 或 start_tls。',
    'must name an account while local_sign_in is off: it gets in when nothing else does.':
      '关闭 local_sign_in 时必须指定一个账户：其他方式都失效时由它登录。',
    'must be an https address; http only at localhost.': '必须是 https 地址；只有 localhost 可用 http。',
    'must be small letters, digits and -, and starts with a letter.': '必须由小写字母、数字和 - 组成，并以字母开头。',
    'must be an address such as ldaps://ldap.example.org.': '必须是形如 ldaps://ldap.example.org 的地址。',
    'must hold {username}.': '必须包含 {username}。',
    'Code of the second factor of {0}': '{0} 的第二因素验证码',
    'This account has a second factor: give its code with --code.': '此账户有第二因素：请用 --code 给出其验证码。',
    '--invite and --password-stdin cannot go together.': '--invite 与 --password-stdin 不能同时使用。',
    'Link to choose the password, until {0}: {1}': '设置密码的链接，{0} 前有效：{1}',
  },
  words: {
    provider: '身份提供方',
  },
  labels: {
    invited: '已邀请',
    'make a link by which a user chooses the password; it works once': '生成用户设置密码的链接；只能使用一次',
    'instead of a password, print a link by which it is chosen': '不设密码，而是打印设置密码的链接',
    'remove the second factor of a user who has lost it': '为丢失第二因素的用户移除它',
    'code of the second factor, or a recovery code': '第二因素的验证码，或一个恢复码',
    'she opens it and chooses a password': '她打开链接并设置密码',
    'an account without a password, and the link': '没有密码的账户，以及链接',
  },
}
