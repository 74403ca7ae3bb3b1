// @ts-check
// What demos/posture/report/look.py sends. Times in seconds, angles in degrees.

/** @typedef {[x: number, y: number, visibility: number][]} Points landmarks in ‰ of the image, visibility in % */

/** @typedef {{ left_degrees: number, right_degrees: number, difference_degrees: number }} Sides */

/**
 * @typedef {object} Repetition
 * @property {number} number
 * @property {boolean} counted
 * @property {"good" | "faults" | "not_counted"} verdict
 * @property {number} start_s
 * @property {number} bottom_s
 * @property {number} end_s
 * @property {number} down_s
 * @property {number} up_s
 * @property {number} depth_degrees
 * @property {number} top_degrees
 * @property {Sides | null} symmetry
 * @property {string[]} faults
 * @property {{ reason: string, measure: string, reached: number, asked: number } | null} rejection
 * @property {number} worst_s
 */

/**
 * A set as the report says it (demos/posture/report/sets.py); `corrected_count` is the visitor's.
 * @typedef {object} ReportSet
 * @property {string} exercise
 * @property {number} count
 * @property {number} [corrected_count]
 * @property {number} hold_seconds
 * @property {number} start_s
 * @property {number} end_s
 * @property {number | null} asked_degrees
 * @property {number | null} best
 * @property {Sides | null} symmetry
 * @property {string[]} faults
 * @property {Repetition[]} repetitions
 */

/** @typedef {{ remark: string, curve: number[] | null, points: Points | null, poses: (Points | null)[] }} ShownRow */

/**
 * The driving angles through a set, null where not seen; of each side where they can be compared.
 * @typedef {{ seconds: number[], signal: (number | null)[], left: (number | null)[] | null, right: (number | null)[] | null }} Angles
 */

/**
 * @typedef {object} ShownSet
 * @property {ReportSet} report
 * @property {string} name
 * @property {"repetitions" | "hold"} kind
 * @property {"down" | "up"} direction
 * @property {string} measure
 * @property {string[]} tips
 * @property {ShownRow[]} rows
 * @property {Angles} angles
 */

/**
 * `under_way`: more is coming. `pictures` as data: addresses. A message with the `id` of the one before only adds pictures.
 * @typedef {object} Message
 * @property {string} id
 * @property {"video" | "camera" | "sample"} source
 * @property {boolean} [under_way]
 * @property {number} aspect width over height of the image
 * @property {ShownSet[]} sets
 * @property {[second: number, address: string][]} pictures
 */

/** How many of a set count: what the visitor says, or the coach. @param {ReportSet} set */
export function countOf(set) {
  return set.corrected_count ?? set.count;
}
