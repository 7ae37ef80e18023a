// Compares the text of numbers in error messages with std::to_string, which differs only for large numbers, infinity
// and NaN.
#include "tensor/number_text.h"

#include "test_helpers.h"

namespace attenscope {

TEST_CASE("number text: equals std::to_string") {
  for (double value :
       {0.0, -0.0, 0.5, -1.0, 1e-5, -1e-5, 2.5e-7, 123456.789, 1e11, -99999999999.25, 0.999999, 9.5e11}) {
    CHECK(NumberText(value) == std::to_string(value));
  }
  // This number rounds up to the next integer.
  CHECK(NumberText(0.9999996) == "1.000000");
}

TEST_CASE("number text: large numbers show their first digits; infinity and NaN have names") {
  CHECK(NumberText(1e12) == "1.000000e12");
  CHECK(NumberText(-1.5e20) == "-1.500000e20");
  CHECK(NumberText(std::numeric_limits<double>::max()).substr(0, 4) == "1.79");
  CHECK(NumberText(std::numeric_limits<double>::max()).ends_with("e308"));
  CHECK(NumberText(testing::kInfinity) == "infinity");
  CHECK(NumberText(-testing::kInfinity) == "-infinity");
  CHECK(NumberText(testing::kNaN) == "NaN");
}

}  // namespace attenscope
