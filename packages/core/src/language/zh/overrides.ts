/** What one run may set. */
export const overrides = {
  '{0} is read by {1} and can make it run other code: a run cannot set it. Change the task instead.':
    '{0} 会被 {1} 读取，可能使其执行其他代码：单次执行不能设置它。请改为修改任务。',
  '{0} may name a locale, terminal or zone, but not a file: no leading /, no .. and no %.':
    '{0} 可以是区域设置、终端或时区的名称，但不能是文件：不能以 / 开头，不能含有 .. 或 %。',
  'is the task\'s own: setting another needs the permission "edit".': '由任务自身决定：设置其他值需要“edit”权限。',
  'is not declared by the task, which has no {0}. Setting it needs the permission "edit".':
    '未在任务中声明，任务没有 {0}。设置它需要“edit”权限。',
  'is not declared by the task, whose {0} has {1}. Setting it needs the permission "edit".':
    '未在任务中声明，任务的 {0} 中有 {1}。设置它需要“edit”权限。',
  'has {0} entries, but the task declares {1}. Setting more needs the permission "edit".':
    '有 {0} 项，但任务只声明了 {1} 项。设置更多需要“edit”权限。',
  'cannot be set here without the permission "edit": {0} may read what follows the script as options of its own.':
    '没有“edit”权限不能在此设置：{0} 可能把脚本之后的内容当作自己的选项。',
  'The job has no task, so that running it again is running code of its own: it needs the permission "edit".':
    '该作业没有任务，重新执行它就是执行自带的代码：需要“edit”权限。',
  'A job brings its own code: it needs the permission "edit".': '作业自带代码：需要“edit”权限。',
  'is {0}, which hides a value from those who may not edit. Write the value, or leave the field out.':
    '为 {0}，它用来对无编辑权限的人隐藏真实值。请写出真实值，或省略该字段。',
  'is needed again: the session is older than {0} s.': '需要再次输入：会话已超过 {0} 秒。',
  'belongs to the type {0}, not to {1}. Leave it out.': '属于类型 {0}，不属于 {1}。请将其省略。',
  'has no effect on the type {0}, which starts no program. Leave it out.':
    '对不启动程序的类型 {0} 不起作用。请将其省略。',
  'has no effect on the type {0}, which takes none. Leave it out.': '对不接收参数的类型 {0} 不起作用。请将其省略。',
} as const
