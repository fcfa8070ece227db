/** How long the receiver's `/switch` takes for an answer. */
export const switchMs = 20
