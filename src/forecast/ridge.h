// Weighted least squares with a penalty, from the sums of the normal equations.
#ifndef LOADLINE_FORECAST_RIDGE_H_
#define LOADLINE_FORECAST_RIDGE_H_

#include <Eigen/Dense>

namespace loadline {

// Minimises the weighted squares whose sums are `gram` (X'WX, its lower triangle) and `moments` (X'Wy), with each
// coefficient penalised in units of its feature's energy: so the answer does not depend on the features' units
// (generalised ridge: Hoerl and Kennard, Technometrics 12, 1970). A feature that is always zero gets the coefficient
// zero.
inline Eigen::VectorXd RelativeRidge(const Eigen::MatrixXd& gram, const Eigen::VectorXd& moments, double penalty) {
  const Eigen::VectorXd energy = gram.diagonal();
  const double floor = 1e-9 * std::max(energy.maxCoeff(), 1e-12) + 1e-12;
  Eigen::MatrixXd left = gram;
  left.diagonal() += penalty * (energy.array() + floor).matrix();
  return left.selfadjointView<Eigen::Lower>().ldlt().solve(moments);
}

}  // namespace loadline

#endif  // LOADLINE_FORECAST_RIDGE_H_
