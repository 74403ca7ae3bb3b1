// @ts-check
// An angle over time, as a curve.

/**
 * SVG path data, broken where the joint was not seen.
 * @param {number[]} seconds
 * @param {(number | null)[]} angles degrees
 * @param {(seconds: number) => number} x
 * @param {(degrees: number) => number} y
 */
export function curvePath(seconds, angles, x, y) {
  let data = "";
  let open = false;
  for (const [index, angle] of angles.entries()) {
    if (angle !== null) data += `${open ? "L" : "M"}${x(seconds[index]).toFixed(1)} ${y(angle).toFixed(1)}`;
    open = angle !== null;
  }
  return data;
}
