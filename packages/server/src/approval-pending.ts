import { RotaError, say } from '@rota/core'
import type { changeRequest } from '@rota/protocol'
import type { z } from 'zod'

export type ChangeRequestView = z.output<typeof changeRequest>

/** What was asked for is kept until a second person has approved it. */
export class ApprovalPending extends RotaError {
  readonly request: ChangeRequestView

  constructor(request: ChangeRequestView) {
    const { id, expires_at: until } = request
    super(
      'approval_pending',
      say`It is not done yet: it waits for the approval of a second person until ${until} (${id}).`,
    )
    this.request = request
  }
}
