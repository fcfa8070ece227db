/** How long one attempt may take, by whatever asks for it: an endpoint, a step, a plan. */
export const attemptTimeoutMsBounds = { min: 100, max: 60_000 } as const
