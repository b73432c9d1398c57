// Generated from packages/core/src/task-fields/table.ts by `npm run docs`; do not edit.

import type { Schema } from './types.ts'

/** In the order in which people read a task. */
export const TASK_FIELDS: readonly string[] = [
  "name",
  "description",
  "group",
  "tags",
  "type",
  "command",
  "source",
  "interpreter",
  "handler",
  "http",
  "payload",
  "params",
  "env",
  "working_dir",
  "run_as",
  "detach",
  "encoding",
  "target",
  "schedule",
  "schedules",
  "timezone",
  "hash_key",
  "dst",
  "start_at",
  "end_at",
  "max_runs",
  "jitter_seconds",
  "timeout_seconds",
  "kill_grace_seconds",
  "limits",
  "retry",
  "misfire",
  "concurrency",
  "priority",
  "max_log_bytes",
  "enabled",
  "run_at_start",
  "run_at_boot",
  "origin",
  "retention"
]

/** What the server takes for fields that a document leaves out. The time zone is left out: it is the server's own. */
export const TASK_DEFAULTS = {
  "description": "",
  "group": null,
  "tags": [],
  "params": {
    "args": [],
    "kwargs": {}
  },
  "env": {},
  "working_dir": null,
  "run_as": null,
  "detach": false,
  "encoding": null,
  "target": {
    "kind": "local"
  },
  "hash_key": null,
  "dst": {
    "gap": "run_after",
    "overlap": "first"
  },
  "start_at": null,
  "end_at": null,
  "max_runs": null,
  "jitter_seconds": 0,
  "timeout_seconds": null,
  "kill_grace_seconds": 10,
  "limits": null,
  "retry": null,
  "misfire": {
    "policy": "run_once",
    "grace_seconds": 60,
    "max": 100,
    "spread_seconds": 0
  },
  "concurrency": {
    "max": null,
    "overlap": "skip",
    "key": null,
    "key_max": 1
  },
  "priority": 0,
  "max_log_bytes": 10485760,
  "enabled": true,
  "run_at_start": false,
  "run_at_boot": false,
  "origin": null,
  "retention": {
    "days": null,
    "count": null
  }
} satisfies Partial<Schema<'TaskInput'>>

/** What the server takes for members that an object leaves out. */
export const MEMBER_DEFAULTS = {
  "params": {
    "args": [],
    "kwargs": {}
  },
  "target": {
    "kind": "local"
  },
  "dst": {
    "gap": "run_after",
    "overlap": "first"
  },
  "limits": {
    "memory_bytes": null,
    "cpus": null,
    "processes": null,
    "open_files": null
  },
  "retry": {
    "max_attempts": 1,
    "delay_seconds": 60,
    "backoff": "fixed",
    "max_delay_seconds": 3600,
    "jitter": 0,
    "on": [
      "exit_code",
      "timeout",
      "lost",
      "assertion",
      "error",
      "dispatch"
    ],
    "exit_codes": null
  },
  "misfire": {
    "policy": "run_once",
    "grace_seconds": 60,
    "max": 100,
    "spread_seconds": 0
  },
  "concurrency": {
    "max": null,
    "overlap": "skip",
    "key": null,
    "key_max": 1
  },
  "retention": {
    "days": null,
    "count": null
  }
} satisfies Partial<Schema<'TaskInput'>>

/** Shown in a document even where they say what is usual. */
export const ALWAYS_SHOWN: readonly string[] = [
  "name",
  "type",
  "schedule",
  "timezone",
  "retry.max_attempts"
]

/** Objects over which a change is laid member by member. */
export const TASK_POLICIES = [
  "dst",
  "limits",
  "retry",
  "misfire",
  "concurrency",
  "retention"
] as const

/** What is read of a task, and may not be written. */
export const SET_BY_SERVER = [
  "id",
  "version",
  "status",
  "effective",
  "words",
  "next_run",
  "next_due",
  "last_run",
  "last_status",
  "last_execution_id",
  "run_count",
  "tenant_id",
  "created_at",
  "created_by",
  "updated_at",
  "updated_by",
  "deleted_at",
  "paused_at",
  "schedule_rule"
] as const

/** Payload fields by the type that reads them; a type that is not listed reads `payload`. */
export const PAYLOAD_FIELDS: Readonly<Record<string, readonly string[]>> = {
  "shell": [
    "command"
  ],
  "python": [
    "source"
  ],
  "script": [
    "source",
    "interpreter"
  ],
  "handler": [
    "handler"
  ],
  "http": [
    "http"
  ]
}

/** What the fields hold. */
export const TASK_SHAPES: Readonly<Record<string, 'text' | 'number' | 'boolean' | 'list' | 'map'>> = {
  "name": "text",
  "description": "text",
  "group": "text",
  "tags": "list",
  "type": "text",
  "command": "text",
  "source": "text",
  "interpreter": "text",
  "handler": "text",
  "http": "map",
  "payload": "map",
  "params": "map",
  "env": "map",
  "working_dir": "text",
  "run_as": "text",
  "detach": "boolean",
  "encoding": "text",
  "target": "map",
  "schedules": "list",
  "timezone": "text",
  "hash_key": "text",
  "dst": "map",
  "start_at": "text",
  "end_at": "text",
  "max_runs": "number",
  "jitter_seconds": "number",
  "timeout_seconds": "number",
  "kill_grace_seconds": "number",
  "limits": "map",
  "retry": "map",
  "misfire": "map",
  "concurrency": "map",
  "priority": "number",
  "max_log_bytes": "number",
  "enabled": "boolean",
  "run_at_start": "boolean",
  "run_at_boot": "boolean",
  "origin": "text",
  "retention": "map"
}

/** What fields are called, in the words of their flags. */
export const TASK_WORDS: Readonly<Record<string, { en: string; zh: string }>> = {
  "description": {
    "en": "what it is for",
    "zh": "用途"
  },
  "group": {
    "en": "group it belongs to",
    "zh": "所属分组"
  },
  "tags": {
    "en": "a tag; may be repeated",
    "zh": "标签；可重复"
  },
  "interpreter": {
    "en": "with --script: what runs it, instead of the shebang line",
    "zh": "与 --script 同用：解释器，代替 shebang 行"
  },
  "env": {
    "en": "an environment variable; may be repeated",
    "zh": "环境变量；可重复"
  },
  "working_dir": {
    "en": "working directory",
    "zh": "工作目录"
  },
  "run_as": {
    "en": "operating-system user to run as",
    "zh": "以哪个系统用户执行"
  },
  "detach": {
    "en": "leave alone what the command leaves running in the background, as cron does",
    "zh": "不结束命令留在后台的程序，与 cron 一致"
  },
  "encoding": {
    "en": "encoding of what it prints, e.g. gbk (default UTF-8)",
    "zh": "输出的编码，例如 gbk（默认 UTF-8）"
  },
  "timezone": {
    "en": "IANA time zone of the schedule (default: the server’s)",
    "zh": "计划的 IANA 时区（默认为服务器的）"
  },
  "start_at": {
    "en": "not before this instant",
    "zh": "不早于此时刻"
  },
  "end_at": {
    "en": "not after this instant",
    "zh": "不晚于此时刻"
  },
  "max_runs": {
    "en": "finished after so many runs",
    "zh": "执行这么多次后结束"
  },
  "jitter_seconds": {
    "en": "spread starts over this time, the same way every time",
    "zh": "把开始时间分散在这段时间内，每次的分布固定"
  },
  "timeout_seconds": {
    "en": "stop it after this time: 90, 15m, 2h",
    "zh": "超过这段时间则停止：90、15m、2h"
  },
  "priority": {
    "en": "higher goes first (default 0)",
    "zh": "数值高者优先（默认 0）"
  },
  "run_at_start": {
    "en": "once whenever the server starts",
    "zh": "服务器每次启动时执行一次"
  },
  "run_at_boot": {
    "en": "once per boot of the machine, as cron’s @reboot",
    "zh": "机器每次启动时执行一次，同 cron 的 @reboot"
  }
}

/** What there is to choose from. */
export const CHOICES = {
  "target.kind": [
    "local",
    "node"
  ],
  "target.strategy": [
    "random",
    "round_robin",
    "least_loaded",
    "weighted_round_robin",
    "power_of_two",
    "resource_based",
    "pinned",
    "affinity"
  ],
  "target.on_lost": [
    "restart",
    "fail",
    "wait"
  ],
  "dst.gap": [
    "run_after",
    "skip",
    "shift"
  ],
  "dst.overlap": [
    "first",
    "second",
    "both"
  ],
  "retry.backoff": [
    "fixed",
    "exponential"
  ],
  "misfire.policy": [
    "run_once",
    "run_all",
    "skip"
  ],
  "concurrency.overlap": [
    "skip",
    "queue",
    "replace",
    "allow"
  ]
} as const

/** Least and greatest values. */
export const BOUNDS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  "target.queue_timeout_seconds": [
    0,
    31536000
  ],
  "target.shards": [
    1,
    1000
  ],
  "max_runs": [
    1,
    1000000000
  ],
  "jitter_seconds": [
    0,
    86400
  ],
  "timeout_seconds": [
    0,
    31622400
  ],
  "kill_grace_seconds": [
    0,
    3600
  ],
  "limits.memory_bytes": [
    1048576,
    1125899906842624
  ],
  "limits.cpus": [
    0.01,
    4096
  ],
  "limits.processes": [
    1,
    1000000
  ],
  "limits.open_files": [
    8,
    1000000
  ],
  "retry.max_attempts": [
    1,
    1000
  ],
  "retry.delay_seconds": [
    0,
    31622400
  ],
  "retry.max_delay_seconds": [
    0,
    31622400
  ],
  "retry.jitter": [
    0,
    1
  ],
  "misfire.grace_seconds": [
    0,
    31622400
  ],
  "misfire.max": [
    1,
    10000
  ],
  "misfire.spread_seconds": [
    0,
    86400
  ],
  "concurrency.max": [
    1,
    1000000
  ],
  "concurrency.key_max": [
    1,
    1000000
  ],
  "priority": [
    -1000000,
    1000000
  ],
  "max_log_bytes": [
    4096,
    1073741824
  ],
  "retention.days": [
    0,
    36500
  ],
  "retention.count": [
    0,
    1000000000
  ]
}
