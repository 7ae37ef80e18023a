/**
 * The look of all elements: the colours as custom properties for light, dark and print, the type, the buttons and the
 * messages.
 */
import { css, unsafeCSS } from 'lit'
import { probeStyles } from '../canvas/palette.js'

/** Black on white, for paper. */
const paper = (host: string) =>
  unsafeCSS(`${host} {
    --_paper: #fff;
    --_ink: #000;
    --_muted: #444;
    --_rule: #aaa;
    --_accent: #000;
    --_scale-middle: #777;
    --_scale-end: #000;
    /* Black alone could not show the sign of a number. */
    --_below: #b3541e;
    --_above: #6a3fa0;
  }`)

/**
 * Public properties begin with --attn-; each has a default here. `light-dark()` follows the colours behind the element,
 * as base/ground.ts finds them; the attribute `theme` overrides them.
 */
export const themeStyles = [
  probeStyles,
  css`
    :host {
      --_paper: var(--attn-paper, var(--_ground, light-dark(#fdfcf9, #131518)));
      --_ink: var(--attn-ink, light-dark(#1c1d20, #e9e7e1));
      --_muted: var(--attn-muted, light-dark(#63656b, #9c9ea4));
      --_rule: var(--attn-rule, light-dark(#dcdad3, #33363c));
      --_accent: var(--attn-accent, light-dark(#1d56a5, #86b6f5));
      --_alarm: var(--attn-alarm, light-dark(#a1281d, #f4a08f));
      --_scale-middle: var(--attn-scale-middle, light-dark(#5b8fd1, #3a76bd));
      --_scale-end: var(--attn-scale-end, light-dark(#0b1f47, #eef5ff));
      /* Signed numbers have hues of their own: the accent and the scale of sizes are blue. */
      --_below: var(--attn-below, light-dark(#b3541e, #e08a4f));
      --_above: var(--attn-above, light-dark(#6a3fa0, #b493f2));
      --_font: var(
        --attn-font,
        -apple-system,
        'Segoe UI',
        Roboto,
        'Helvetica Neue',
        Arial,
        'PingFang SC',
        'Noto Sans SC',
        'Noto Sans CJK SC',
        'Microsoft YaHei',
        sans-serif
      );
      display: block;
      position: relative;
      min-inline-size: 0;
      color: var(--_ink);
      font: 400 0.875rem/1.45 var(--_font);
      font-variant-numeric: tabular-nums;
      -webkit-text-size-adjust: 100%;
    }
    :host([hidden]) {
      display: none;
    }
    /* The page behind the element, as Ground finds it; then the page's own wish. */
    :host([data-ground='light']),
    :host([data-theme='light']) {
      color-scheme: light;
    }
    :host([data-ground='dark']),
    :host([data-theme='dark']) {
      color-scheme: dark;
    }
    :host([theme='light']) {
      color-scheme: light;
    }
    :host([theme='dark']) {
      color-scheme: dark;
    }
    :host([data-opaque]),
    :host([theme='light']),
    :host([theme='dark']) {
      background: var(--_paper);
      box-shadow: 0 0 0 8px var(--_paper);
    }
    *,
    *::before,
    *::after {
      box-sizing: border-box;
    }
    button,
    input,
    textarea {
      font: inherit;
      color: inherit;
    }
    button {
      min-block-size: 32px;
      padding: 4px 12px;
      border: 1px solid var(--_rule);
      border-radius: 4px;
      background: transparent;
      cursor: pointer;
      transition: border-color 150ms;
    }
    button:hover:not(:disabled) {
      border-color: var(--_ink);
    }
    button:disabled {
      color: var(--_muted);
      cursor: default;
    }
    button.primary {
      border-color: var(--_accent);
      background: var(--_accent);
      color: var(--_paper);
    }
    button.primary:disabled {
      border-color: var(--_rule);
      background: transparent;
      color: var(--_muted);
    }
    :focus-visible {
      outline: 2px solid var(--_accent);
      outline-offset: 2px;
    }
    .spoken {
      position: absolute;
      inline-size: 1px;
      block-size: 1px;
      overflow: hidden;
      clip-path: inset(50%);
      white-space: nowrap;
    }
    @media (pointer: coarse) {
      button {
        min-block-size: 44px;
        min-inline-size: 44px;
      }
    }
    @media (prefers-reduced-motion: reduce) {
      *,
      *::before,
      *::after {
        transition: none !important;
        animation: none !important;
      }
    }
    /* The picture for paper, which takes the place of the one on the screen. */
    canvas.printed {
      display: none;
      position: static;
      max-inline-size: 100%;
      block-size: auto;
    }
    ${paper(':host([data-paper])')}
    @media print {
      ${paper(':host')}
      :host {
        break-inside: avoid;
      }
      canvas.printed {
        display: block;
      }
      [data-printed] {
        display: none !important;
      }
    }
  `
]
