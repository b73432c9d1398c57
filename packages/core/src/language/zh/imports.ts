/** What an import says of crons that differ, of files that are imported again, and of what stands around jobs. */
export const imports = {
  'What it leaves in the background goes on when it has ended (detach), as under cron.':
    '它留在后台的程序在它结束后继续运行（detach），与 cron 一致。',
  '{0} is an option of cron itself, not part of the command.': '{0} 是 cron 自己的选项，不属于命令。',
  'With -s it does not start while the last one still runs (overlap skip).':
    '带 -s 时，上一次仍在执行则不启动（重叠策略 skip）。',
  'BusyBox and supercronic pass the % on; Vixie’s cron and its kin do not.':
    'BusyBox 和 supercronic 会原样传递 %，Vixie 系的 cron 不会。',
  'The year {0} is not imported; give the task a start and an end instead.':
    '年份 {0} 不会导入；请改为给任务设置开始和结束时间。',
  'Only FreeBSD’s cron knows @{0}.': '只有 FreeBSD 的 cron 认识 @{0}。',
  'once per boot of the machine': '在机器每次启动时',
  'The command ends in a backslash; cron knows no lines that go on below. Put it on one line.':
    '命令以反斜杠结尾；cron 不支持续行，请写在一行里。',
  '{0} knows no option {1} and would pass it to the shell.': '{0}不认识选项 {1}，会把它传给 shell。',
  '{0} does not know @{1}.': '{0}不认识 @{1}。',
  'Day of month and day of week must both match, as in Vixie’s cron; BusyBox and supercronic run it when either does.':
    '日期和星期须同时匹配，与 Vixie 的 cron 一致；BusyBox 和 supercronic 只要其一匹配就执行。',
  '{0} runs it when day of month or day of week matches; written so that Rota does, too.':
    '{0}在日期或星期之一匹配时执行；已改写，使 Rota 也如此。',
  '{0} ends at Sunday, which cronie reads since 2025 and other crons refuse.':
    '{0} 以周日结尾，cronie 自 2025 年起支持，其他 cron 拒绝。',
  '{0}: {1} has never run under {2}: {3}.': '{0~}：{1} 在 {2} 下从未执行过：{3~}。',
  'only cronie and OpenBSD draw a value at random': '只有 cronie 和 OpenBSD 会随机取值',
  'It looks like the rest of line {0}, which ends in a backslash; cron reads each line by itself. Put both on one line.':
    '这像是第 {0} 行的后半部分（该行以反斜杠结尾）；cron 逐行读取，请把两行写成一行。',
  'cron does not read "{0}": in cron.d, names have letters, digits, _ and - only. Its jobs are imported disabled.':
    'cron 不读取“{0}”：cron.d 中的文件名只能有字母、数字、_ 和 -。其中的作业导入后为停用状态。',
  'It has changed since it was imported, and was left as it is (--existing replace takes the change over).':
    '导入之后该行有变化，任务保持原样（用 --existing replace 采用变化）。',
  'Not compared with earlier imports, because no server could be asked.':
    '未与先前的导入比较，因为没有可询问的服务器。',
  'its job is in the file no more.': '文件中已没有它的作业。',
  'There is no such file or directory.': '没有这样的文件或目录。',
  'cron does not read files of such names (hidden ones, copies, leftovers of packages); name it to import it.':
    'cron 不读取这类名字的文件（隐藏文件、副本、软件包的残留）；要导入请直接指明该文件。',
} as const
