import type { Area } from './area.ts'

/** Secrets: where they may stand, what is wrong with one, and the keys that they are kept under. */
export const secrets: Area = {
  sentences: {
    'A secret cannot stand in a command, where every process list shows it: set env.{0} to {1} and write {2} here.':
      '机密不能写在命令中，否则任何进程列表都会显示它：请将 env.{0} 设为 {1}，并在此处写 {2}。',
    'A secret can stand in env, args, kwargs and the parts of an HTTP request, not here.':
      '机密只能用于 env、args、kwargs 以及 HTTP 请求的各部分，不能用在此处。',
    '{0} is no name of a secret: it has letters, digits and . _ -, begins with a letter or _, and has 128 characters at most. Write {1} for the text itself.':
      '{0} 不是机密的名称：名称由字母、数字和 . _ - 组成，以字母或 _ 开头，最多 128 个字符。如要写文本本身，请写 {1}。',
    'refers to a secret, but this scheduler keeps none. Write the value, or let the program read it from a file.':
      '引用了机密，但此调度器不保存机密。请写出值，或让程序从文件读取。',
    'It refers to the secret {0}: that needs the permission "use" on secrets, which {1} does not have here.':
      '它引用了机密 {0}：这需要对机密的 "use" 权限，而 {1} 在此处没有该权限。',
    'refers to the secret {0}, which there is not. Set it (rota secret set {1}), or save the task disabled.':
      '引用了机密 {0}，但没有这个机密。请设置它（rota secret set {1}），或将任务保存为停用状态。',
    '{0}: the task does not refer to the secret {1} itself; to give it that for a run needs the permission "edit".':
      '{0}：任务本身没有引用机密 {1}；在某次运行中提供它需要 "edit" 权限。',
    'It refers to the secret {0}, but this scheduler keeps none.': '它引用了机密 {0}，但此调度器不保存机密。',
    'Its secrets could not be read: {0}': '无法读取它的机密：{0~}',
    'There is no secret {0}, which it refers to. Set it: rota secret set {1}':
      '没有它所引用的机密 {0}。请设置：rota secret set {1}',
    'The secret {0} is under the key {1}, which this server was not given.':
      '机密 {0} 由密钥 {1} 保护，而此服务器没有得到该密钥。',
    'The secret {0} cannot be opened: its record was altered. Set it again.':
      '机密 {0} 无法打开：其记录已被改动。请重新设置。',
    'There is already a secret {0}.': '已有机密 {0}。',
    'Somebody else has set the secret {0} at the same time; look, and try again.':
      '另一人同时设置了机密 {0}；请查看后重试。',
    'Change them, or force it (?force=true, --force): they fail from then on.':
      '请修改这些任务，或强制删除（?force=true、--force）：此后它们将失败。',
    '{0} enabled tasks refer to the secret {1}. {2}': '有 {0} 个已启用的任务引用机密 {1}。{2~}',
    '{0} enabled tasks refer to the secret {1}, such as {2}. {3}': '有 {0} 个已启用的任务引用机密 {1}，例如 {2}。{3~}',
    'is empty.': '为空。',
    'has {0} bytes; {1} may be kept (secrets.max_value_bytes).':
      '有 {0} 字节；最多可保存 {1} 字节（secrets.max_value_bytes）。',
    'is no text in UTF-8; write bytes in base64 and let the program decode them.':
      '不是 UTF-8 文本；二进制内容请写成 base64，由程序解码。',
    'holds a NUL byte, which no variable can; write bytes in base64 and let the program decode them.':
      '含有 NUL 字节，环境变量无法保存；二进制内容请写成 base64，由程序解码。',
    'The value has fewer than {0} bytes: it would be found in too much else, so it is not masked in output.':
      '该值不足 {0} 字节：它会与太多其他内容相同，因此不会在输出中遮盖。',
    'may hold letters, digits and . _ -, and begins with a letter or _.':
      '只能含字母、数字和 . _ -，并以字母或 _ 开头。',
    'secrets.key and secrets.key_file are both set; set one of the two.':
      'secrets.key 与 secrets.key_file 同时设置了；请只设置其中之一。',
    'The key file {0} can be read by other users; run: chmod 600 {1}':
      '密钥文件 {0} 可被其他用户读取；请运行：chmod 600 {1}',
    'The key file {0} cannot be read ({1}).': '无法读取密钥文件 {0}（{1}）。',
    'The key file {0}': '密钥文件 {0}',
    '{0} must hold {1} random bytes in hex. {2}': '{0~} 须为 {1} 个随机字节的十六进制。{2~}',
    'The key {0} does not open what it sealed: the database was altered.':
      '密钥 {0} 无法打开它曾加密的内容：数据库已被改动。',
    'No secrets are kept here until a key is given: set secrets.key_file, or ROTA_SECRETS_KEY, to the same on all servers. Make one with: openssl rand -hex 32':
      '给出密钥之前，此处不保存机密：请在所有服务器上将 secrets.key_file 或 ROTA_SECRETS_KEY 设为同一密钥。生成方法：openssl rand -hex 32',
    'none is given': '没有给出密钥',
    'the one given is {0}': '给出的密钥是 {0}',
    'Secrets are kept under the key {0}, and {1}. Bring it back to {2}, or name it in secrets.old_key_files. If it is lost, secrets.accept_lost_keys: true starts without those secrets, which are then to be set anew.':
      '机密由密钥 {0} 保护，而{1~}。请将它恢复到 {2}，或在 secrets.old_key_files 中列出。如已丢失，secrets.accept_lost_keys: true 可在没有这些机密的情况下启动，之后需重新设置它们。',
    'No secrets.': '没有机密。',
    '{0} secrets': '{0} 个机密',
    'Delete the secret {0}? Its value cannot be had again.': '删除机密 {0}？其值无法再取回。',
    '{0} values are under the present key now.': '{0} 个值现已由当前密钥保护。',
    '{0} values cannot be read with the keys given: set those secrets again, or give the key.':
      '有 {0} 个值无法用给出的密钥读取：请重新设置这些机密，或给出密钥。',
    'Value of {0}': '{0} 的值',
    'The value on stdin is no text in UTF-8; write bytes in base64 (base64 FILE | rota secret set …).':
      'stdin 上的值不是 UTF-8 文本；二进制内容请写成 base64（base64 FILE | rota secret set …）。',
    'There is no value on stdin.': 'stdin 上没有值。',
    'It holds {0}, which opens the secrets in it.': '其中含有 {0}，可打开其中的机密。',
    'It does not hold {0}: without that nobody opens the secrets in it. Keep a copy elsewhere.':
      '其中不含 {0}：没有它，谁也无法打开其中的机密。请在别处保存一份副本。',
    'Some are under the key {0}, which is not given.': '部分机密由密钥 {0} 保护，而没有给出该密钥。',
    'All are under the key {0}.': '全部由密钥 {0} 保护。',
    '{0} values of secrets are still under an earlier key: rota secret rewrap brings them under the present one.':
      '有 {0} 个机密的值仍由早先的密钥保护：rota secret rewrap 会把它们改由当前密钥保护。',
  },
  words: {
    secret: '机密',
  },
  labels: {
    VERSION: '版本',
    'USED BY': '使用者',
    SET: '设置时间',
    version: '版本',
    secret: '机密',
    secrets: '机密',
    'secret unavailable': '机密不可用',
    'values that tasks refer to by name': '任务按名称引用的值',
    'make a secret, or give it a new value': '新建机密，或为其设置新值',
    'The value is read from stdin, or asked for where that is a terminal; never from the command line.':
      '值从 stdin 读取；stdin 为终端时会询问；绝不从命令行读取。',
    'which secret': '哪个机密',
    'keep a line end at the end of the value, which is dropped otherwise': '保留值末尾的换行，否则会去掉',
    'asks for the value': '询问其值',
    'takes it from a file': '从文件读取',
    'list secrets, without their values': '列出机密，不含其值',
    'with how many tasks refer to each': '并显示引用各机密的任务数',
    'give a secret that is there a new value': '为已有的机密设置新值',
    'attempts from now on get it': '此后的尝试将使用它',
    'delete a secret that no enabled task refers to': '删除没有已启用任务引用的机密',
    'also when enabled tasks refer to it: they fail from then on': '即使有已启用的任务引用它：此后它们将失败',
    'bring all secrets under the present key': '让所有机密改由当前密钥保护',
    'After secrets.key_file names another key and secrets.old_key_files the one before. May be interrupted.':
      '在 secrets.key_file 指向另一密钥、secrets.old_key_files 列出原密钥之后使用。可以中断。',
    'until none is under an earlier key': '直到没有由早先密钥保护的机密',
    'copy the key of secrets, too: whoever has the copy can open them': '同时复制机密的密钥：得到副本的人即可打开机密',
    'shows which secrets there are': '显示有哪些机密',
  },
}
