// @ts-check
// Principal components (K. Pearson, 1901): the two directions in which the points' activities spread most.

/**
 * Two directions among a layer's units: the mean (U), two orthogonal axes (U) each, the share of the variance along each.
 * @typedef {{ mean: number[], axes: number[][], shares: number[] }} Axes
 */

/**
 * rows: (P × U) flat. Gives the mean (U), two orthogonal axes (U) each, and the share of the variance along each.
 * `before`: the axes of the frame before; an axis may point either way, so it keeps to the way it pointed.
 * @param {Float32Array} rows
 * @param {number} units
 * @param {number[][] | null} [before]
 * @returns {Axes}
 */
export function principalAxes(rows, units, before = null) {
  const count = rows.length / units;
  const mean = new Float64Array(units);
  rows.forEach((value, at) => { mean[at % units] += value / count; });
  const covariance = Array.from({ length: units }, () => new Float64Array(units));
  for (let p = 0; p < count; p += 1) {
    for (let i = 0; i < units; i += 1) {
      const left = rows[p * units + i] - mean[i];
      for (let j = i; j < units; j += 1) covariance[i][j] += (left * (rows[p * units + j] - mean[j])) / count;
    }
  }
  for (let i = 0; i < units; i += 1) for (let j = 0; j < i; j += 1) covariance[i][j] = covariance[j][i];
  const { values, vectors } = symmetricEigen(covariance);
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  const order = Array.from(values.keys()).sort((a, b) => values[b] - values[a]).slice(0, 2);
  const axes = order.map((column, k) => {
    const axis = vectors.map((row) => row[column]);
    const strongest = axis.reduce((best, value) => (Math.abs(value) > Math.abs(best) + 1e-9 ? value : best), 0);
    const usual = before && before[k] && before[k].length === units
      ? axis.reduce((sum, value, i) => sum + value * before[k][i], 0)
      : strongest;
    return usual < 0 ? axis.map((value) => -value) : axis;
  });
  return { mean: Array.from(mean), axes, shares: order.map((column) => (total > 0 ? Math.max(0, values[column]) / total : 0)) };
}

/**
 * Eigenvalues and eigenvectors (columns) of a symmetric matrix by Jacobi's rotations: each makes one pair of
 * off-diagonal entries zero (C. G. J. Jacobi, 1846; Golub & Van Loan, Matrix Computations, section 8.5).
 * @param {ArrayLike<number>[]} matrix
 */
export function symmetricEigen(matrix) {
  const size = matrix.length;
  const a = matrix.map((row) => Float64Array.from(row));
  /** @type {number[][]} */
  const vectors = a.map((_, i) => Array.from({ length: size }, (__, j) => (i === j ? 1 : 0)));
  const weight = a.reduce((sum, row) => sum + row.reduce((part, value) => part + value * value, 0), 0);
  for (let sweep = 0; sweep < 30; sweep += 1) {
    let off = 0;
    for (let p = 0; p < size; p += 1) for (let q = p + 1; q < size; q += 1) off += a[p][q] * a[p][q];
    if (!(off > 1e-22 * weight)) break;
    for (let p = 0; p < size; p += 1) {
      for (let q = p + 1; q < size; q += 1) {
        if (a[p][q] === 0) continue;
        const slant = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        const tan = (slant >= 0 ? 1 : -1) / (Math.abs(slant) + Math.sqrt(slant * slant + 1));
        const cos = 1 / Math.sqrt(tan * tan + 1);
        const sin = tan * cos;
        for (let k = 0; k < size; k += 1) {
          const [left, right] = [a[k][p], a[k][q]];
          a[k][p] = cos * left - sin * right;
          a[k][q] = sin * left + cos * right;
        }
        for (let k = 0; k < size; k += 1) {
          const [left, right] = [a[p][k], a[q][k]];
          a[p][k] = cos * left - sin * right;
          a[q][k] = sin * left + cos * right;
          const [v, w] = [vectors[k][p], vectors[k][q]];
          vectors[k][p] = cos * v - sin * w;
          vectors[k][q] = sin * v + cos * w;
        }
      }
    }
  }
  return { values: a.map((row, i) => row[i]), vectors };
}
