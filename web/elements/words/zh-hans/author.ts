/** 教程作者所用元素的文字。 What the elements for authors say. */
import type * as english from '../index.js'

export const check: typeof english.check = {
  answer: '检查',
  percent: '你的答案，以百分数表示',
  right: '答对了。',
  wrong: '还不对。',
  noNumbers: '图中还没有数字，画出之后请再答一次。',
  weight: (weight) => `权重是 ${weight}。`,
  topKey: (token, weight) => `权重最大的是“${token}”：${weight}。`
}

export const predict: typeof english.predict = {
  commit: '看答案',
  again: '再试一次',
  token: '选一个词元。',
  order: '给词元排序，权重最大的在最前。',
  bar: '把滑块拖到你猜的权重。',
  row: '画出每个词元的权重。',
  earlier: (token) => `把“${token}”前移一位`,
  later: (token) => `把“${token}”后移一位`,
  yours: '你的猜测',
  truth: '模型',
  weightOf: (token) => `“${token}”的权重，百分数`,
  noNumbers: '图画出之后才有答案。',
  right: '和你想的一样。',
  top: (token, weight) => `权重最大的是“${token}”：${weight}。`,
  chosen: (token, weight) => `“${token}”得到 ${weight}。`,
  inOrder: (count, all) => (count === all ? '每个词元的位置都对。' : `${all} 个词元中有 ${count} 个位置对。`),
  barIs: (truth, apart) => `权重是 ${truth}，你差了 ${apart}。`,
  rowIs: (apart) => `你把 ${apart} 的注意力画错了词元。`
}

export const figure: typeof english.figure = {
  number: (number) => `图 ${number}`,
  reset: '回到作者的视图',
  copy: '引用这幅图',
  kinds: {
    html: '网页代码',
    iframe: '嵌入框',
    markdown: 'Markdown 链接',
    myst: 'MyST 文档',
    quarto: 'Quarto 文档',
    notebook: '笔记本'
  },
  titles: {
    html: '一行 HTML，用于装有本软件包的网页',
    iframe: '一行 HTML，用于任何网页',
    markdown: '一个链接；有图片时带图片',
    myst: '用于 MyST 和 Jupyter Book',
    quarto: '用于 Quarto',
    notebook: '用于 Jupyter 的一格 Python'
  },
  copied: '已复制。',
  notCopied: '浏览器不允许复制，请选取下面的文字。'
}
