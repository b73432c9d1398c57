import { common } from './common.ts'
import { execution } from './execution.ts'
import { overview } from './overview.ts'
import { ribbon } from './ribbon.ts'
import { signIn } from './sign-in.ts'

/** Words of sign-in, shell and overview; other pages bring all of them. Any key here stands in index.ts too. */
export default { ...common, execution, overview, ribbon, signIn }
