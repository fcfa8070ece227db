import { signingProfile } from '@posthorn/contract'
import { signingProfiles } from '@posthorn/sdk/signing'
import { expect, test } from 'vitest'

// The published SDK has no dependencies, so it cannot read the contract, nor the contract it.
test('the contract and the signer know the same profiles', () => {
  expect(signingProfile.options).toEqual(signingProfiles)
})
