/** An element that says something, in the page's language. */
import { LitElement } from 'lit'
import { inTurn } from '../pacing/update-turns.js'
import { speakers, wordsComing } from '../words/language.js'

export abstract class SpeakingElement extends LitElement {
  /**
   * Whether what stands within comes with it, and it with what it stands in; else each comes in its turn, and what stands
   * within is hidden until all of it is there.
   */
  protected readonly comesWhole: boolean = true

  override connectedCallback(): void {
    super.connectedCallback()
    speakers.add(this)
  }

  override disconnectedCallback(): void {
    speakers.delete(this)
    super.disconnectedCallback()
  }

  /** Nothing is said in one language and a moment later in another, and many that come at once leave room for others. */
  protected override scheduleUpdate(): void | Promise<unknown> {
    const update = () => this.whenDue(() => super.scheduleUpdate())
    return wordsComing()?.then(update) ?? update()
  }

  /** Updates when there is time for it. What stands within another element comes with it: alone, the other would have to move. */
  protected whenDue(update: () => void | Promise<unknown>): void | Promise<unknown> {
    const root = this.getRootNode()
    const host = root instanceof ShadowRoot ? root.host : undefined
    const comesWithHost = host instanceof SpeakingElement && host.comesWhole && this.comesWhole
    return comesWithHost && !this.hasUpdated ? update() : inTurn(update)
  }
}
