import type { NextConfig } from 'next'

const config: NextConfig = {
  // Billhook is loaded by Node as it is, not bundled: it brings a database driver.
  serverExternalPackages: ['billhook'],
  // The API has a path that ends in a slash (/payments/products/); Next would redirect it away.
  skipTrailingSlashRedirect: true,
  // Only here, where Billhook is TypeScript source and not an installed package: Next would check its types against Next's own idea
  // of process.env. Leave this out in your app.
  typescript: { ignoreBuildErrors: true },
}

export default config
