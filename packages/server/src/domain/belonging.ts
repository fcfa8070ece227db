/** What each sealed text is bound to in the vault, so that a row cannot pass for another. One list, because who seals is not who opens. */
export const belonging = {
  endpointSecret: (endpoint: string) => `endpoint:${endpoint}:secret`,
  endpointHeaders: (endpoint: string) => `endpoint:${endpoint}:headers`,
  listenerAuth: (listener: string) => `listener:${listener}:auth`,
  secret: (application: string, name: string) => `secret:${application}:${name}`,
  stepRequest: (delivery: string) => `delivery:${delivery}:request`,
  idempotency: (key: string) => `idempotency:${key}`,
  ownerLink: 'link:owner',
  begunSignIn: 'sign-in:begun',
  storeKey: (store: string) => `store:${store}:key`,
} as const
