// Text of a number for error messages.
#pragma once

#include <string>

namespace attenscope {

/// Formats a number, for example '0.250000', '-1.500000e20', 'NaN' or '-infinity'. std::to_string is not used, because
/// it links the C library's floating-point formatting, which is as much code as all norms and activations together.
std::string NumberText(double value);

}  // namespace attenscope
