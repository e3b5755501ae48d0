import type { Ids } from '../../ids.ts'

/**
 * Sentences that the page after a form shows. The address names one by an id, so that nobody can make the page say something
 * by a link. In memory, and only the newest.
 */
export class Sayings {
  readonly #sentences = new Map<string, string>()
  readonly #ids: Ids

  constructor(ids: Ids) {
    this.#ids = ids
  }

  add(sentence: string): string {
    const id = this.#ids.newId('said_')
    this.#sentences.set(id, sentence)
    for (const oldest of this.#sentences.keys()) {
      if (this.#sentences.size <= 20) break
      this.#sentences.delete(oldest)
    }
    return id
  }

  get(id: string | null): string | undefined {
    return id === null ? undefined : this.#sentences.get(id)
  }
}
