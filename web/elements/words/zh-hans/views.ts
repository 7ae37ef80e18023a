/** What the views of attention say. */
import type { Part } from 'attenscope'
import { html } from 'lit'
import { byHand } from '../by-hand.js'
import type * as english from '../index.js'

/** Only a decoder looks back. */
const looks = (part: Part) => (part === 'decoder' ? '回看' : '关注')

export const view: typeof english.view = {
  reading: '正在读文本…',
  noText: '还没有文本。',
  noRow: '还没有注意力：模型还没读过一个词元。',
  computing: '正在计算…',
  patternsOnly: '这份记录只有注意力权重。这个视图需要模型，或一份保存了更多张量的记录。',
  notSaved: '这份记录没有保存这个视图要显示的数据。这个视图需要模型，或一份保存了这些数据的记录。'
}

export const names: typeof english.names = {
  head: ({ layer, head }, { headCount }) =>
    head < headCount ? `第 ${layer} 层第 ${head} 头` : `第 ${layer} 层各头的平均`,
  earned: {
    'previous-token': '前一个词',
    'first-token': '首个词元',
    'own-token': '自身',
    induction: '归纳',
    'duplicate-token': '相同的词'
  },
  titled: (head, name) => `${head}（${name}）`,
  explained: {
    'previous-token': (share) => `平均有 ${share} 的权重给前一个词`,
    'first-token': (share) => `平均有 ${share} 的权重给首个词元`,
    'own-token': (share) => `平均有 ${share} 的权重给词自身`,
    induction: (share) => `词在前文出现过时，${share} 的权重给当时跟在它后面的词`,
    'duplicate-token': (share) => `词在前文出现过时，${share} 的权重给前面的同一个词`
  }
}

export const parts: typeof english.parts = {
  label: '哪一种注意力',
  names: { cross: '交叉', encoder: '编码器', decoder: '解码器' },
  titles: {
    cross: '写出的每个词对原文的注意力',
    encoder: '原文内部的注意力',
    decoder: '每个词对前面的词的注意力'
  }
}

export const legend: typeof english.legend = {
  scale: '色标',
  scales: { linear: '线性', log: '对数' },
  hidden: '对查询不可见',
  or: '，或',
  withoutFirst: '不计第一个',
  whyWithoutFirst: '不计第一个词元（它常常占去几乎全部注意力），其余按比例放大'
}

export const stages: typeof english.stages = {
  scores: { name: 'q · k', title: '分数：每个查询乘每个键' },
  scaled: { name: '缩放', title: '分数除以头宽的平方根' },
  squashed: { name: '压缩', title: '经过限制函数的分数' },
  masked: { name: '掩码', title: '掩码之后的分数：不可见的键没有分数' },
  pattern: { name: '权重', title: '权重：每个查询把多少注意力给每个键' },
  weighted_norms: { name: '‖αv‖', title: '权重乘以投影后的值的长度：α ‖v W‖' },
  rollout: { name: '展开', title: '注意力展开（rollout）：各层的乘积，每层有一半是残差流' },
  flow: { name: '流', title: '注意力流（flow）：每个词元经过所有层的最大流' }
}

export const heads: typeof english.heads = {
  label: '逐个词元的文本。方向键移动，回车键锁定词元，Esc 键解锁。',
  labelOfTwo: '逐个词元的两段文本。左右键在一段内移动，上下键在两段间移动，回车键锁定，Esc 键解锁。',
  widths: '线越粗，权重越大',
  tints: '颜色越深，权重越大',
  read: '原文',
  written: '写出的文本',
  idle: (part, head) =>
    `${head === undefined ? '' : `${head}。`}${byHand('指向', '点按')}一个词，看它${looks(part)}哪里${byHand('；点击可锁定', '')}。`,
  unread: (token) => html`模型刚刚写出 ${token}，还没有读它。`,
  within: (head) => `在${head}中，`,
  looks: (token, keys, part) => html`${token} ${looks(part)} ${keys}。`,
  lookedAt: (token, queries) => html`关注 ${token} 的有 ${queries}。`,
  cannotSee: (token) => html`${token} 看不到它后面的词元。`,
  compares: (token, key, weight, name, part) =>
    html`${token} 把 <b>${weight}</b> 的注意力用来${looks(part)} ${key}：${name}`,
  pooled: (keys) =>
    html`注意力最多的是 ${keys}。${byHand('指向一个词可查看它的份额；点击可锁定。', '点按一个词可查看它的份额。')}`,
  carries: (token, weight, name) => html`${token} 得到 <b>${weight}</b> 的注意力：${name}`
}

export const grid: typeof english.grid = {
  only: '这种注意力只有一个头，所以没有各头的总图。',
  label: '所有头的注意力：一行是一层，一列是一个头',
  mean: '平均'
}

export const matrix: typeof english.matrix = {
  stage: '步骤',
  zoom: '缩放',
  zoomIn: '放大',
  zoomOut: '缩小',
  fit: '适合窗口',
  role: '注意力矩阵',
  label: (of) => `${of}的注意力权重。方向键在权重间移动，回车键锁定，Esc 键解锁。`,
  mean: '平均',
  unequal: '只在一次运行中',
  keys: '键 →',
  queries: '查询 ↓',
  learnedQuery: '学到的',
  hidden: '不可见',
  whyHidden: '一个词元只看它自己和前面的词元。',
  masked: '掩码对这个查询隐藏了这个键：它在窗口之外，或者是填充。',
  note: (title, more) => `${title}。${more}`,
  beforeMask: '掩码在这一步之后，所以将被隐藏的键这里仍有数值。',
  sumsToOne: '每行的权重合计 100\u202f%。',
  weight: (query, key, weight) => `${query} 到 ${key}：${weight}`
}

export const compare: typeof english.compare = {
  difference: (of) => `${of}：差别`,
  texts: ['第一段文本', '第二段文本'],
  settings: ['改动前', '改动后'],
  change: '差别',
  nothing: '还没有第二次运行可以对比。',
  moved: '各头的注意力变化了多少',
  mapLabel: '一行是一层，一列是一个头。方向键移动，回车键选择。',
  share: (head, share) => `${head}：${share} 的注意力移到了其他词元。`,
  most: (head, share) => `变化最大的是${head}，${share}。`,
  same: '没有变化。',
  apart: '两段文本没有共同的查询和键，无从比较。',
  nowhere: '两次运行看起来一样：所有头的注意力都没有变化。这处改动作用在注意力之后。'
}

export const keep: typeof english.keep = {
  label: '保存…',
  svg: '矢量图，带标题和图例',
  png: '与这里外观相同、尺寸加倍的图片，带标题和图例',
  csv: '数字表格',
  json: '数值、词元和当前选择',
  traceName: '记录',
  trace: '这些元素不需引擎就能打开的文件：src="…"',
  html: '复制一行能显示此视图的 HTML',
  linkName: '链接',
  link: '复制一个链接，可恢复文本和当前选择',
  saved: (name) => `已保存为 ${name}。`,
  copied: (text) => `已复制：${text}`,
  nothing: '还没有可以保存的内容。',
  query: '查询',
  tooLarge: '权重太多，电子表格打不开。请只保存其中一个头，或保存记录。'
}

export const scrubber: typeof english.scrubber = {
  label: '写作步骤',
  title: '按写作次序在文本中移动；各视图显示选出每个词元时的注意力',
  at: (count, token) => (token === '' ? `${count}` : `${count}：${token}`)
}

export const table: typeof english.table = {
  asTable: '看表格',
  numbers: '这幅图的数字',
  looks: (query) => `${query} 关注的词元，权重大的在前`,
  strongest: '每个头最大的权重',
  layer: '层',
  head: '头',
  key: '键',
  weight: '权重',
  cut: (rows, ofRows, columns, ofColumns) =>
    `这里是 ${ofRows} 行中的 ${rows} 行、${ofColumns} 列中的 ${columns} 列。CSV 文件包含全部。`
}
