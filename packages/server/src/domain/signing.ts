/** The one signer (decisions.md 36): the server signs and verifies with the code that is published. */
export * from '@posthorn/sdk/signing'
