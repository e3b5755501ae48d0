/**
 * Whether an object of a list differs from the mirror, or cannot be read at all: then its own sync says why, and nobody behind it in the list is held
 * up by it.
 */
export function isSuspicious(differs: () => boolean): boolean {
  try {
    return differs()
  } catch {
    return true
  }
}
