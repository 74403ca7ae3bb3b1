// @ts-check
// A count as a coach calls it out. English voices read digits well; Korean ones read them as a price, so the native
// numerals are written out (하나, 둘, 셋 …), which go up to 99, with 백 before them beyond.

import { language } from "../../../common/page/words.js";

const ONES = ["", "하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉"];
const TENS = ["", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔"];
const SINO = ["", "", "이", "삼", "사", "오", "육", "칠", "팔", "구"];

/**
 * @param {number} count a whole number from 1 to 999
 * @param {Language} [spoken]
 */
export function countWord(count, spoken = language) {
  return spoken === "ko" ? koreanCount(count) : String(count);
}

/** @param {number} count */
function koreanCount(count) {
  const [hundreds, rest] = [Math.floor(count / 100), count % 100];
  const hundred = hundreds ? `${SINO[hundreds]}백` : "";
  return hundred + TENS[Math.floor(rest / 10)] + ONES[rest % 10];
}
