import type { Scenario } from '../scenario.ts'
import { payingWith } from '../stage.ts'

export const disputeScenarios: readonly Scenario[] = [
  {
    what: 'a payment is disputed, evidence is sent, and the dispute is won',
    events: [
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
      'charge.dispute.updated',
      'charge.dispute.funds_reinstated',
      'charge.dispute.closed',
    ],
    play: async (stage) => {
      const time = await stage.clock()
      const { id } = await payingWith(stage, 'pm_card_createDispute', time)
      const { data } = await stage.stripe.disputes.list({ payment_intent: id })
      for (const dispute of data) {
        await stage.stripe.disputes.update(dispute.id, {
          evidence: { uncategorized_text: 'winning_evidence' },
        })
      }
      await stage.pass(time, 2)
    },
  },
  {
    what: 'a bank warns of fraud, and the payment is refunded',
    events: ['radar.early_fraud_warning.created', 'radar.early_fraud_warning.updated'],
    play: async (stage) => {
      const { id } = await payingWith(stage, 'pm_card_createIssuerFraudRecord')
      await stage.stripe.refunds.create({ payment_intent: id })
    },
  },
]
