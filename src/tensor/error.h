// The engine's only exception type: a code for programs and a message for people.
#pragma once

#include <stdexcept>
#include <string>

namespace attenscope {

/// The kind of an error. Each code has the same name in JavaScript, see `ErrorCodeName`.
enum class ErrorCode { kBadModel, kUnsupported, kShape, kOption, kTooLong, kMemory, kDisposed };

/// Returns the name of the code in JavaScript, such as 'bad-model'.
constexpr const char* ErrorCodeName(ErrorCode code) {
  switch (code) {
    case ErrorCode::kBadModel:
      return "bad-model";
    case ErrorCode::kUnsupported:
      return "unsupported";
    case ErrorCode::kShape:
      return "shape";
    case ErrorCode::kOption:
      return "option";
    case ErrorCode::kTooLong:
      return "too-long";
    case ErrorCode::kMemory:
      return "memory";
    case ErrorCode::kDisposed:
      return "disposed";
  }
  return "option";
}

/// An exception whose message names the tensor, option or size at fault, the value that was found and the value that
/// was expected.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ErrorCode code() const { return code_; }

 private:
  ErrorCode code_;
};

}  // namespace attenscope
