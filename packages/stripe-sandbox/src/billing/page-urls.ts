/** Where the sandbox's hosted pages live, below its origin. The API puts these addresses into its objects, the pages answer them. */
export const pageUrls = {
  /** Hosted Checkout of one session. */
  checkout: (origin: string, sessionId: string) => `${origin}/c/pay/${sessionId}`,
  /** The challenge of one authentication. */
  authentication: (origin: string, authenticationId: string) => `${origin}/3ds/${authenticationId}`,
  /** Billing portal of one portal session. */
  portal: (origin: string, portalSessionId: string) => `${origin}/p/session/${portalSessionId}`,
  /** Where customers ask for a link to the billing portal of one configuration. */
  portalLogin: (origin: string, token: string) => `${origin}/p/login/${token}`,
  /** Hosted page of one finalized invoice. */
  invoice: (origin: string, invoiceId: string) => `${origin}/i/${invoiceId}`,
  /** The same invoice as a document to keep. */
  invoicePdf: (origin: string, invoiceId: string) => `${origin}/i/${invoiceId}/pdf`,
  /** One credit note as a document to keep. */
  creditNotePdf: (origin: string, creditNoteId: string) => `${origin}/credit-notes/${creditNoteId}/pdf`,
  /** One file, for whoever has the address. */
  fileLink: (origin: string, token: string) => `${origin}/links/${token}`,
  /** Receipt of one charge. */
  receipt: (origin: string, chargeId: string) => `${origin}/receipts/${chargeId}`,
}
