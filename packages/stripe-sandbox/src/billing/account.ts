/** The merchant whose Stripe account the sandbox is. */
export const sandboxAccount = {
  name: 'Sandbox',
  country: 'US',
  /** What a holder reads on the card statement. */
  statementDescriptor: 'SANDBOX',
}
