/** What a page says to a newer version that waits. */
export const TAKE_OVER = 'attenscope: take over'
