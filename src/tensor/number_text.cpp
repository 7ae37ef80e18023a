// Formats numbers with six digits after the decimal point, as std::to_string does.
#include "tensor/number_text.h"

#include <cmath>

namespace attenscope {

std::string NumberText(double value) {
  if (std::isnan(value)) return "NaN";
  const std::string sign = std::signbit(value) ? "-" : "";
  double magnitude = std::abs(value);
  if (std::isinf(magnitude)) return sign + "infinity";
  // A number above this limit is shown in scientific notation, because a million times the number would not fit into a
  // 64-bit integer.
  constexpr double kPlain = 1e12;
  int exponent = 0;
  if (magnitude >= kPlain) {
    for (; magnitude >= 10.0; magnitude /= 10.0) ++exponent;
  }
  const auto millionths = static_cast<unsigned long long>(std::round(magnitude * 1e6));
  const std::string fraction = std::to_string(1'000'000 + millionths % 1'000'000).substr(1);
  const std::string text = sign + std::to_string(millionths / 1'000'000) + "." + fraction;
  return exponent == 0 ? text : text + "e" + std::to_string(exponent);
}

}  // namespace attenscope
