import { AppError, limits } from '#domain'

/** Flows that start each other by calling this API end as those that do it by events. */
export function refuseLoop({ chain }: { readonly chain: number }): void {
  if (chain > limits.runChainMax) throw new AppError('loop_detected')
}
