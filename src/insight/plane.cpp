// Principal components of queries and keys, computed with Eigen's Jacobi rotations.
#include "insight/plane.h"

#include <algorithm>
#include <cmath>

// The matrices are small. Without Eigen's vectorisation the download is smaller.
#define EIGEN_DONT_VECTORIZE
#define EIGEN_NO_DEBUG
#include <Eigen/Jacobi>

#include "tensor/error.h"
#include "tensor/number_text.h"

namespace attenscope {

namespace {

using Points = Eigen::MatrixXd;

/// Returns the vectors as rows in float64, with their mean subtracted. Throws kOption for a number that is not finite.
Points Centred(ConstMatrix x, const char* name) {
  Points points(x.shape[0], x.shape[1]);
  for (Index r = 0; r < x.shape[0]; ++r) {
    for (Index c = 0; c < x.shape[1]; ++c) {
      if (!std::isfinite(x(r, c))) {
        throw Error(ErrorCode::kOption, std::string("a plane needs finite numbers, ") + name + " contain " +
                                            NumberText(static_cast<double>(x(r, c))));
      }
      points(r, c) = static_cast<double>(x(r, c));
    }
  }
  if (x.shape[0] > 0) points.rowwise() -= points.colwise().mean().eval();
  return points;
}

TraceTensor Projected(const Points& points, const Points& axes) {
  TraceTensor tensor{std::vector<float>(static_cast<std::size_t>(2 * points.rows())), {points.rows(), 2}};
  for (Index r = 0; r < points.rows(); ++r) {
    for (Index axis = 0; axis < 2; ++axis) {
      tensor.data[static_cast<std::size_t>(2 * r + axis)] = static_cast<float>(points.row(r).dot(axes.col(axis)));
    }
  }
  return tensor;
}

/// Diagonalises a symmetric matrix in place and writes its eigenvectors to the columns of `vectors`, with cyclic Jacobi
/// rotations (Golub & Van Loan, Matrix Computations, 8.5). Eigen's own solver would be a tenth of the engine's code,
/// and it is hardly faster for matrices as small as the width of a head.
void Diagonalise(Points& matrix, Points& vectors) {
  const Index H = matrix.rows();
  vectors.setIdentity(H, H);
  // Convergence is quadratic: once the numbers off the diagonal are small, each sweep squares them. No matrix so far
  // has needed ten sweeps.
  constexpr int kMostSweeps = 30;
  for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
    bool rotated = false;
    for (Index p = 0; p < H; ++p) {
      for (Index q = p + 1; q < H; ++q) {
        const double least = std::sqrt(std::abs(matrix(p, p) * matrix(q, q))) * 1e-15;
        if (std::abs(matrix(p, q)) <= least) continue;
        Eigen::JacobiRotation<double> rotation;
        if (!rotation.makeJacobi(matrix, p, q)) continue;
        matrix.applyOnTheLeft(p, q, rotation.adjoint());
        matrix.applyOnTheRight(p, q, rotation);
        vectors.applyOnTheRight(p, q, rotation);
        rotated = true;
      }
    }
    if (!rotated) return;
  }
}

}  // namespace

Plane ProjectToPlane(ConstMatrix queries, ConstMatrix keys) {
  const Index H = queries.shape[1];
  if (H < 1) throw Error(ErrorCode::kOption, "a plane needs vectors of width 1 or more, found width 0");
  const Points q = Centred(queries, "queries");
  const Points k = Centred(keys, "keys");
  // Lazy products are plain loops. Eigen's kernel for large products would be more code than this whole file.
  Points covariance = q.transpose().lazyProduct(q);
  covariance += k.transpose().lazyProduct(k);
  const double all = covariance.trace();
  Points vectors;
  Diagonalise(covariance, vectors);
  // A head of width 1 has no second axis: all points are on a line.
  Points axes = Points::Zero(H, 2);
  double kept = 0.0;
  for (Index axis = 0; axis < std::min<Index>(2, H); ++axis) {
    Index most = 0;
    kept += std::max(0.0, covariance.diagonal().maxCoeff(&most));
    covariance(most, most) = -1.0;  // so that the next search skips it
    auto column = axes.col(axis);
    column = vectors.col(most);
    Index largest = 0;
    column.cwiseAbs().maxCoeff(&largest);
    if (column(largest) < 0.0) column = -column;
  }
  return {Projected(q, axes), Projected(k, axes), all > 0.0 ? kept / all : 1.0};
}

}  // namespace attenscope
