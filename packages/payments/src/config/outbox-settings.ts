import { setting } from './setting.ts'
import { addressRanges, appEndpoints } from './values.ts'

/** Who is told what happens. */
export const OUTBOX_SETTINGS = {
  APP_WEBHOOKS: setting(appEndpoints(), {
    about:
      'Endpoints of your app that are told what happens (docs/6-app-events.md): a URL and its signing secret, then types of events or groups such as subscription.*, if it is not to get all; several secrets, separated by commas, while one is rotated; several endpoints, separated by semicolons.',
    example: 'https://app.yourdomain.com/billing-events whsec_… access.changed subscription.*',
    whenUnset: 'nothing is delivered; events are kept in the outbox',
    isSecret: true,
  }),
  APP_WEBHOOK_NETWORKS: setting(addressRanges('none'), {
    about:
      'Own networks in which those endpoints may be, besides the public internet; within them http:// will do. `loopback` and `private` are words. Link-local addresses, where clouds keep their metadata, are refused always.',
    example: '10.0.0.0/8',
    whenUnset: 'none: only public addresses, over https://',
  }),
}
