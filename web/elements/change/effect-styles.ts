/** The styles of the maps of effects. */
import { css } from 'lit'

export const effectMapStyles = css`
  .maps {
    display: flex;
    flex-wrap: wrap;
    gap: 16px 32px;
  }
  .map {
    display: grid;
    grid-template-areas: 'caption caption' '. columns' 'rows plot';
    grid-template-columns: auto minmax(0, 1fr);
    gap: 2px 6px;
    margin: 8px 0;
  }
  .map.heads {
    inline-size: 232px;
  }
  .map figcaption {
    grid-area: caption;
    color: var(--_muted);
    font-size: 0.8125rem;
    line-height: 24px;
  }
  .map attn-heatmap {
    grid-area: plot;
  }
  /* One scale for all parts stands below, by its name; names of rows stand beside the plot alone. */
  .map attn-heatmap::part(legend) {
    display: none;
  }
  .marks {
    display: grid;
    margin: 0;
    padding: 0;
    color: var(--_muted);
    font-size: 0.75rem;
    line-height: 16px;
    list-style: none;
  }
  .marks.beside {
    grid-area: rows;
    grid-auto-rows: minmax(0, 1fr);
    text-align: end;
  }
  .marks.over {
    grid-area: columns;
    grid-auto-columns: minmax(0, 1fr);
    grid-auto-flow: column;
    text-align: center;
  }
  .marks li {
    display: grid;
    align-content: center;
    min-inline-size: 0;
    min-block-size: 0;
    overflow: visible;
  }
  .marks.wordy {
    block-size: 64px;
  }
  .marks.wordy li {
    align-content: end;
    justify-content: center;
    white-space: nowrap;
  }
  .marks.wordy span {
    max-block-size: 64px;
    overflow: hidden;
    writing-mode: vertical-rl;
    rotate: 180deg;
  }
  .effects .go {
    margin-block-start: 8px;
  }
  .effects .scale {
    flex: none;
    color: var(--_muted);
    font-size: 0.75rem;
  }
  .said {
    min-block-size: 20px;
  }
`
