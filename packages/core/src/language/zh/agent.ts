import type { Area } from './area.ts'

/** The agent protocol, and the program on a node. */
export const agent: Area = {
  sentences: {
    'must be letters, digits, or any of . _ - and begin with a letter or digit.':
      '只能包含字母、数字以及 . _ -，且必须以字母或数字开头。',
    'must be letters, digits, or any of . _ / - and begin with a letter or digit.':
      '只能包含字母、数字以及 . _ / -，且必须以字母或数字开头。',
    'must have at most {0} entries.': '最多只能有 {0} 项。',
    'brings the {0} of all services to more than {1}.': '使所有服务的 {0} 总数超过 {1}。',
    'must be at most {0} characters long.': '最长 {0} 个字符。',
    'The node speaks version {0} of the agent protocol, this server version {1}: bring the older of the two up to date.':
      '节点使用代理协议版本 {0}，本服务器使用版本 {1}：请升级其中较旧的一方。',
    'A frame has at most {0} bytes.': '一帧最多 {0} 字节。',
    'A frame is one JSON object.': '一帧必须是一个 JSON 对象。',
    'A frame must not be nested deeper than {0} levels.': '一帧的嵌套不能超过 {0} 层。',
  },
}
