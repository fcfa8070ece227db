import { Posthorn, type SessionCompleteSignInIn, type SessionIn, type SessionRedeemLinkIn } from '@posthorn/sdk'

/** For people who wait at the door: they hear at once that they have to wait, rather than being tried again behind their back. */
const door = new Posthorn({ token: null, serverUrl: globalThis.location?.origin ?? 'http://localhost', retriesMax: 0 })

export const sessionCalls = {
  signIn: (body: SessionIn) => door.session.create(body),
  describeLink: (token: string) => door.session.describeLink({ token }),
  listProviders: () => door.session.listProviders(),
  beginSignIn: (provider: string) => door.session.beginSignIn(provider),
  completeSignIn: (provider: string, body: SessionCompleteSignInIn) => door.session.completeSignIn(provider, body),
  redeemLink: (body: SessionRedeemLinkIn) => door.session.redeemLink(body),
}
