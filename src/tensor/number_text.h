// A number as error messages show it.
#pragma once

#include <string>

namespace attenscope {

/// '0.250000', '-1.500000e20', 'NaN', '-infinity'. std::to_string would bring the C library's formatting of floating
/// point along, which is as much code as all kinds of norms and activations.
std::string NumberText(double value);

}  // namespace attenscope
