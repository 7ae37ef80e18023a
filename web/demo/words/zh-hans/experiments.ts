/** The texts of the ready-made experiments. */
import type { SiteWords } from '../en/index.js'

export const experiments: SiteWords['experiments'] = {
  label: '实验',
  running: '运行中的模型',
  name: {
    title: '丢失名字',
    story: (head, layer, word, before, after) =>
      `有一个头负责复制名字。去掉第 ${layer} 层第 ${head} 头，“${word}”的概率就从 ${before} 降到 ${after}，故事接下去不再提这个名字。`
  },
  bend: {
    title: '改变翻译',
    story: (instead, word, written, after) =>
      `模型本来要写${instead}。这处改动让交叉注意力指向“${word}”，模型于是写出${written}，概率 ${after}。`
  },
  turn: {
    title: '反转评价',
    story: (word, label, before, after) =>
      `结果取决于一个词元。对注意力隐藏“${word}”，${label} 的概率就从 ${before} 降到 ${after}。`
  }
}
