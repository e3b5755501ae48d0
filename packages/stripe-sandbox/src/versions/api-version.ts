import absentFields from '../generated/absent-fields.json' with { type: 'json' }

/** The API versions in whose shapes the sandbox can speak, oldest first; the last is the SDK's own. */
export const apiVersions: readonly string[] = absentFields.versions

/** What the first version of a name breaks, all later ones of that name keep. Oldest first. */
export const versionNames = ['acacia', 'basil', 'clover', 'dahlia', 'endive'] as const

export type VersionName = (typeof versionNames)[number]

export function isKnownVersion(version: string): boolean {
  return apiVersions.includes(version)
}

/** `2025-08-27.basil` → `basil`. @throws Error for a version that is not one of `apiVersions`. */
export function nameOfVersion(version: string): VersionName {
  const name = versionNames.find((each) => version.endsWith(`.${each}`))
  if (name === undefined || !isKnownVersion(version)) {
    throw new Error(
      `The sandbox does not know the API version ${version}; it knows ${apiVersions.join(', ')}.`,
    )
  }
  return name
}
