/** What an import says of a crontab's lines. */
export const crontab = {
  "{0} cannot be set in a crontab (crontab(5)); jobs get their user's own name. Left out.":
    '{0} 不能在 crontab 中设置（crontab(5)），作业会得到所属用户的名字；已略去。',
  '"{0}" is not a name that a shell can read (letters, digits and _, no digit first). Left out.':
    '“{0}”不是 shell 能读取的变量名（只能用字母、数字和 _，且不能以数字开头）；已略去。',
  'Names that begin with ROTA_ are Rota’s own; {0} is left out.': '以 ROTA_ 开头的名字归 Rota 自用；{0} 已略去。',
  'Times below are in the default time zone again.': '以下时间恢复为默认时区。',
  '{0} Jobs below are not imported.': '{0~}以下作业不会导入。',
  'Times below are in {0}. (cronie and FreeBSD obey CRON_TZ; Debian’s cron does not know it.)':
    '以下时间按 {0} 时区。（cronie 和 FreeBSD 支持 CRON_TZ，Debian 的 cron 不认识它。）',
  'RANDOM_DELAY must be minutes, 0 to {0}; "{1}" is ignored, as by cronie.':
    'RANDOM_DELAY 须为 0 到 {0} 分钟；“{1}”被忽略，与 cronie 一致。',
  'Jobs below start up to {0} min late (jitter_seconds {1}), fixed per occurrence.':
    '以下作业最多推迟 {0} 分钟开始（jitter_seconds {1}），每次的推迟量固定。',
  'Output of the jobs below is mailed to nobody.': '以下作业的输出原本不寄给任何人。',
  'Output was mailed to {0}.': '输出原本寄给 {0}。',
  "{0} Noted; Rota keeps output in each execution's log.": '{0~}已记下；Rota 把输出保存在每次执行的日志中。',
  'Jobs below get {0} {1}. It does not move their times; CRON_TZ would.':
    '以下作业的 {0} 为 {1~}。它不会改变时间，CRON_TZ 才会。',
  'Jobs below get {0} {1}.': '以下作业的 {0} 为 {1~}。',
  '{0} is taken as empty. Debian’s cron refuses it in this form: write {1}="".':
    '{0} 按空值处理。Debian 的 cron 不接受这种写法，请写 {1}=""。',
  'cron expands no variables in settings: {0} is literally {1}.': 'cron 不展开设置中的变量：{0} 的值就是 {1}。',
  'cron does not expand ~ in settings: {0} is literally {1}.': 'cron 不展开设置中的 ~：{0} 的值就是 {1}。',
  'A settings line has no comment: the value of {0} is {1}, with the #.':
    '设置行没有注释：{0} 的值是 {1}，包括 # 在内。',
  '{0}, a random {1}, is drawn from the task’s name: always the same, other for each task.':
    '{0} 是随机的{1~}，由任务名称算出：同一任务始终相同，不同任务各不相同。',
  '{0} steps past the end of the {1}, so cron takes its first value only.':
    '{0} 的步长超出{1~}范围，因此 cron 只取第一个值。',
  '{0}: {1} has never run under cron: {2}.': '{0~}：{1} 在 cron 下从未执行过：{2~}。',
  'names have three letters there': '名称须用三个字母',
  'Rota knows this form, cron does not; to use it, create the task in Rota':
    'Rota 认识这种写法，cron 不认识；要使用它，请在 Rota 中创建任务',
  'cron wants a range before a step': 'cron 要求步长前面有范围',
  'the range runs backwards, which no cron takes': '范围前后颠倒，任何 cron 都不接受',
  '/etc/crontab has a user name on each line': '/etc/crontab 的每一行都有用户名',
  'files in cron.d have a user name on each line': 'cron.d 中的文件每一行都有用户名',
  'files in the spool belong to one user each': 'spool 中的文件各属一个用户',
  'no job line says otherwise': '没有作业行表明是别的格式',
  '"{0}" after the time fields begins a command': '时间字段后面的“{0}”是命令的开头',
  '"{0}" after the time fields is a user name': '时间字段后面的“{0}”是用户名',
  '"{0}" after the time fields could be a user or a command; taken as a command. If it is the user, import again in the system format':
    '时间字段后面的“{0}”可能是用户名，也可能是命令；按命令处理。若是用户名，请按系统格式重新导入',
  'The user and the command are missing after the time.': '时间后面缺少用户名和命令。',
  'The system format has a user name after the time; "{0}" is none. Name the user, or read the file as a user crontab.':
    '系统格式在时间后面有用户名，而“{0}”不是。请写明用户，或把文件当作用户 crontab 读取。',
  'There is no command after the user "{0}".': '用户“{0}”后面没有命令。',
  'The {0} is missing: a job has five time fields and a command.': '缺少{0~}：作业有五个时间字段和一条命令。',
  'cron does not know {0}; it knows {1}, in small letters.': 'cron 不认识 {0}；它认识 {1}，须小写。',
  'The list {0} of the {1} goes on behind a blank; write it without.':
    '{1~}的列表 {0} 在空格后面还有内容，请去掉空格。',
  'There are six time fields; cron has five, from the minute on. Without the first, if it counts seconds:':
    '这里有六个时间字段；cron 只有五个，从分钟开始。若第一个是秒，去掉后为：',
  'The command is missing after the time.': '时间后面缺少命令。',
  '{0} ({1})': '{0~}（{1}）',
  '{0} — {1}': '{0~} — {1~}',
  'Runs {0} as {1}: {2}': '{0~}以 {1} 身份执行：{2}',
  'Runs {0}: {1}': '{0~}执行：{1}',
  'Runs {0} as {1}, with {2} on its standard input: {3}': '{0~}以 {1} 身份执行，标准输入为 {2}：{3}',
  'Runs {0}, with {1} on its standard input: {2}': '{0~}执行，标准输入为 {1}：{2}',
  '@{0}, that is {1}': '按 @{0}（即 {1}）',
  'on the schedule {0}': '按计划 {0} ',
  'Not imported, because CRON_TZ on line {0} is not a time zone: "{1}".':
    '未导入，因为第 {0} 行的 CRON_TZ 不是时区：“{1}”。',
  'Before the first % there is no command. Write \\% for a percent sign.': '第一个 % 之前没有命令。百分号请写作 \\%。',
  'The command is missing.': '缺少命令。',
  'The command is longer than the {0} bytes that Linux passes to a shell; put it into a script.':
    '命令超过 Linux 能传给 shell 的 {0} 字节，请写成脚本。',
  'The command ends at an unescaped %, in the middle of something; cron cuts it there too. Was \\% meant?':
    '命令在一个未转义的 % 处中断；cron 也会在此截断。是不是要写 \\%？',
  'It holds \\\\, which Debian’s cron passes as \\ and cronie unchanged; imported as Debian reads it.':
    '其中有 \\\\，Debian 的 cron 当作 \\ 传递，cronie 则原样传递；按 Debian 的读法导入。',
  'Debian’s cron skips commands of more than {0} characters.': 'Debian 的 cron 会略过超过 {0} 个字符的命令。',
  'The command begins with a user name: was the system format (with a user column) meant?':
    '命令以用户名开头：是不是系统格式（带用户列）？',
  'The line holds a NUL byte, which no command can have.': '该行含有 NUL 字节，任何命令都不能有。',
  'The line holds half of a surrogate pair; save the file as UTF-8.': '该行含有不成对的代理项，请把文件另存为 UTF-8。',
  'Commented out, so not imported. {0}': '已被注释，因此不导入。{0~}',
  'The line has no line end, so cron does not run it; add one if cron goes on using it.':
    '该行没有换行符，cron 不会执行它；若还要给 cron 用，请补上。',
  'Read in the user format, which is a guess: see the choice of format.': '按用户格式读取，这是推测：见格式的选择。',
  'Column {0}: {1}': '第 {0} 列：{1~}',
  'Settings have no "export" before them: write {0}': '设置前面不要写“export”，请写 {0}',
  'There is a no-break or wide space; cron parts words by plain ones.':
    '有不间断空格或全角空格；cron 只以普通空格分词。',
  'This is anacron’s table (period, delay, name, command), not a crontab; cron’s own jobs are in /etc/crontab and /etc/cron.d.':
    '这是 anacron 的表（周期、延迟、名称、命令），不是 crontab；cron 自己的作业在 /etc/crontab 和 /etc/cron.d 中。',
  'The file looks like UTF-16 or binary data; save it as UTF-8.': '该文件像是 UTF-16 或二进制数据，请另存为 UTF-8。',
  'The file holds binary data, not text.': '该文件是二进制数据，不是文本。',
  'The file is JSON, not a crontab.': '该文件是 JSON，不是 crontab。',
  'The file is a script for {0}, not a crontab.': '该文件是 {0} 的脚本，不是 crontab。',
  'The file looks like {0}, not a crontab.': '该文件像是 {0~}，不是 crontab。',
  'No line of the file begins with time fields or @word, as a crontab’s jobs do (line {0} is the first that is neither comment nor setting).':
    '文件中没有一行像 crontab 作业那样以时间字段或 @ 词开头（第 {0} 行是第一个既非注释也非设置的行）。',
  'XML or HTML': 'XML 或 HTML',
  'a systemd unit': 'systemd 单元',
  'an INI file': 'INI 文件',
  'as asked for': '按要求',
  'The byte-order mark at the beginning was left out; cron stumbles over it.':
    '已去掉开头的字节顺序标记；cron 会因它出错。',
  '{0} lines end as on Windows (CR LF); the CR, which cron adds to the command, was left out.':
    '{0} 行以 Windows 方式（CR LF）结尾；已去掉 cron 会并入命令的 CR。',
  'Debian’s cron ignores a whole file that has one mistake; here the other lines are imported.':
    'Debian 的 cron 遇到一处错误就忽略整个文件；这里其余各行照常导入。',
  'Not read, because the file is not a crontab.': '未读取，因为该文件不是 crontab。',
  'The value of {0} opens with {1} and never closes it.': '{0} 的值以 {1} 开头，却没有闭合。',
  'There is text after the closing {0} of {1}; put the whole value in one pair of quotes.':
    '{1} 的值在闭合的 {0} 之后还有内容，请把整个值放在一对引号中。',
  'The command refers to a secret, where every process list would show it: it is refused. Give the secret to the task as a variable.':
    '命令引用了机密，而任何进程列表都会显示命令：因此被拒绝。请将机密作为变量提供给任务。',
  '{0} refers to a secret, which a crontab cannot. Left out: give it to the tasks below once the secret is there (rota secret set).':
    '{0} 引用了机密，而 crontab 不能引用机密。已略去：机密设置好之后（rota secret set），请提供给以下任务。',
} as const
