import { type Decline, declines } from '../declines.ts'
import { passing, row, type TestCard } from './test-card.ts'

const declining = (decline: Decline) => ({ decline, canBeSaved: false })
const irish = { country: 'IE' } as const
const elevated = { risk: 'elevated' } as const

/** Cards that play a scene. https://docs.stripe.com/testing */
export const behavingCards: readonly TestCard[] = [
  // Declined payments.
  row('4000000000000002', 'visa_chargeDeclined chargeDeclined', declining(declines.generic)),
  row(
    '4000000000009995',
    'visa_chargeDeclinedInsufficientFunds chargeDeclinedInsufficientFunds',
    declining(declines.insufficientFunds),
  ),
  row('4000000000009987', 'visa_chargeDeclinedLostCard chargeDeclinedLostCard', declining(declines.lostCard)),
  row(
    '4000000000009979',
    'visa_chargeDeclinedStolenCard chargeDeclinedStolenCard',
    declining(declines.stolenCard),
  ),
  row(
    '4000000000000069',
    'chargeDeclinedExpiredCard visa_chargeDeclinedExpiredCard',
    declining(declines.expiredCard),
  ),
  row(
    '4000000000000127',
    'chargeDeclinedIncorrectCvc visa_chargeDeclinedIncorrectCvc',
    declining(declines.incorrectCvc),
  ),
  row(
    '4000000000000119',
    'chargeDeclinedProcessingError visa_chargeDeclinedProcessingError',
    declining(declines.processingError),
  ),
  row(
    '4000000000006975',
    'visa_chargeDeclinedVelocityLimitExceeded chargeDeclinedVelocityLimitExceeded',
    declining(declines.velocityExceeded),
  ),
  row('4000000000000341', 'chargeCustomerFail visa_chargeCustomerFail', { decline: declines.generic }),

  // Fraud prevention, with Radar's default settings: only the highest risk is blocked.
  row('4100000000000019', 'radarBlock', declining(declines.fraudulent)),
  row('4000000000004954', 'riskLevelHighest', declining(declines.fraudulent)),
  row('4000000000009235', 'riskLevelElevated', elevated),
  row('4000008400000407', 'highFraudDisputeScore'),
  row('4000008400000159', 'highEfwScore'),
  row('4000008400001017', 'radarDynamicRiskThreshold'),
  row('4000008405600003', 'adaptive3dsChallenge'),
  row('4000000000000101', 'cvcCheckFail', { checks: { ...passing, cvc: 'fail' } }),
  row('4000000000000036', 'avsZipFail', { checks: { ...passing, postalCode: 'fail' } }),
  row('4000058400307872', 'cvcCheckFailElevatedRisk', {
    ...elevated,
    funding: 'debit',
    checks: { ...passing, cvc: 'fail' },
  }),
  row('4000058400306072', 'avsZipFailElevatedRisk', {
    ...elevated,
    funding: 'debit',
    checks: { ...passing, postalCode: 'fail' },
  }),
  row('4000000000000028', 'avsLine1Fail', { checks: { ...passing, line1: 'fail' } }),
  row('4000000000000010', 'avsFail', { checks: { ...passing, line1: 'fail', postalCode: 'fail' } }),
  row('4000000000000044', 'avsUnchecked', {
    checks: { ...passing, line1: 'unavailable', postalCode: 'unavailable' },
  }),

  // Disputes.
  row('4000000000000259', 'createDispute visa_createDispute', { afterCharge: 'disputed_as_fraudulent' }),
  row('4000000000002685', 'createDisputeProductNotReceived visa_createDisputeProductNotReceived', {
    afterCharge: 'disputed_as_not_received',
  }),
  row('4000000000001976', 'createDisputeInquiry visa_createDisputeInquiry', { afterCharge: 'inquired' }),
  row('4000000000005423', 'createIssuerFraudRecord', { afterCharge: 'suspected' }),
  row('4000000404000079', 'createMultipleDisputes', { afterCharge: 'disputed_twice' }),
  row('4000000404000038', 'createCe3EligibleDispute', { notYet: 'A dispute with Compelling Evidence 3.0' }),
  row('4000008400000779', 'createComplianceDispute', { notYet: 'A compliance dispute' }),
  row('5105008400000002', 'createMastercardComplianceDispute', {
    brand: 'mastercard',
    notYet: 'A compliance dispute',
  }),
  row('4000000001000043', 'createAutoRepresentmentEligibleDispute', { notYet: 'A Smart Dispute' }),
  row('4000000404004816', 'createRapidDisputeResolutionDispute', { notYet: 'A prevented dispute' }),
  row('4000000404005649', 'createCe3BlockDispute', { notYet: 'A prevented dispute' }),
  row('5105000300000018', 'createEthocaAlert', { brand: 'mastercard', notYet: 'A prevented dispute' }),

  // Refunds, and money that is available at once.
  row('4000000000007726', 'pendingRefund', { refunds: 'succeed_later' }),
  row('4000000000005126', 'refundFail', { refunds: 'fail_later' }),
  row('4000000000000077', 'bypassPending', { bypassesPending: true }),
  row('4000003720000278', 'bypassPendingInternational', { ...irish, bypassesPending: true }),

  // 3-D Secure.
  row('4000002500003155', 'authenticationRequiredOnSetup', { ...irish, authentication: 'unless_set_up' }),
  row('4000002760003184', 'authenticationRequired', { ...irish, authentication: 'always' }),
  row('4000003800000446', 'authenticationRequiredSetupForOffSession', {
    ...irish,
    authentication: 'on_session',
  }),
  row('4000008260003178', 'authenticationRequiredChargeDeclinedInsufficientFunds', {
    ...irish,
    authentication: 'unless_set_up',
    decline: declines.insufficientFunds,
  }),
  row('4000000000003220', 'threeDSecure2Required', { ...irish, authentication: 'unless_set_up' }),
  row('4000008400000027', '', { authentication: 'unless_set_up' }),
  row('4000008400001629', 'threeDSecureRequiredChargeDeclined', {
    authentication: 'unless_set_up',
    decline: declines.generic,
  }),
  row('4000008400001280', 'threeDSecureRequiredProcessingError', { decline: declines.generic }),
  row('4000000000003055', 'threeDSecureOptional'),
  row('4000000000003097', 'threeDSecureOptionalProcessingError'),
  row('4000000032200000', '', { authentication: 'frictionless' }),
  ...['4000582600000094', '4000582600000045', '4000582600000102', '4000582600000110'].map((number) =>
    row(number, '', { country: 'GB', funding: 'debit', authentication: 'always' }),
  ),

  row('4000000000001208', '', { notYet: 'A captcha' }),
  row('4000000000003725', '', { notYet: 'A captcha' }),
]
