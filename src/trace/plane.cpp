// The covariance's eigenvectors by Eigen.
#include "trace/plane.h"

#include <algorithm>
#include <cmath>

// The matrices are small: without Eigen's own vectorising there is less code to fetch.
#define EIGEN_DONT_VECTORIZE
#define EIGEN_NO_DEBUG
#include <Eigen/Eigenvalues>

#include "tensor/error.h"

namespace attenscope {

namespace {

using Points = Eigen::MatrixXd;

/// A row a point, their mean taken off.
Points Centred(ConstMatrix x, const char* name) {
  Points points(x.shape[0], x.shape[1]);
  for (Index r = 0; r < x.shape[0]; ++r) {
    for (Index c = 0; c < x.shape[1]; ++c) {
      if (!std::isfinite(x(r, c))) {
        throw Error(ErrorCode::kOption, std::string("a plane needs finite numbers, ") + name + " hold " +
                                            std::to_string(static_cast<double>(x(r, c))));
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

}  // namespace

Plane ProjectToPlane(ConstMatrix queries, ConstMatrix keys) {
  const Index H = queries.shape[1];
  if (H < 1) throw Error(ErrorCode::kOption, "a plane needs vectors, those given have no numbers");
  const Points q = Centred(queries, "queries");
  const Points k = Centred(keys, "keys");
  const Points covariance = q.transpose() * q + k.transpose() * k;
  const Eigen::SelfAdjointEigenSolver<Points> solver(covariance);
  // Eigenvalues ascend. A head of one component has no second axis: all stands on a line.
  Points axes = Points::Zero(H, 2);
  double kept = 0.0;
  for (Index axis = 0; axis < std::min<Index>(2, H); ++axis) {
    auto column = axes.col(axis);
    column = solver.eigenvectors().col(H - 1 - axis);
    Index largest = 0;
    column.cwiseAbs().maxCoeff(&largest);
    if (column(largest) < 0.0) column = -column;
    kept += std::max(0.0, solver.eigenvalues()(H - 1 - axis));
  }
  const double all = covariance.trace();
  return {Projected(q, axes), Projected(k, axes), all > 0.0 ? kept / all : 1.0};
}

}  // namespace attenscope
