import { z } from 'zod'

const waitFault = 'A wait is 1 to 86400 seconds.'

/** A preset, or waits of one's own. */
export const retryPolicySetting = z.union(
  [
    z.enum(['standard', 'invoice', 'step']),
    z.strictObject({
      waitsSeconds: z.array(z.int().min(1, waitFault).max(86_400, waitFault)).max(100, 'There are at most 100 waits.'),
      jitter: z.number().min(0, 'Jitter is 0 to 1.').max(1, 'Jitter is 0 to 1.').default(0),
    }),
  ],
  { error: 'Give "standard", "invoice", "step", or waits of your own: { "waitsSeconds": [60, 300], "jitter": 0.2 }.' },
)
