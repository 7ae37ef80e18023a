// Turns C++ exceptions into JavaScript errors.
#pragma once

#include <emscripten/val.h>

#include <exception>
#include <new>
#include <string>

#include "tensor/error.h"

namespace attenscope {

/// Throws a JavaScript error named AttenscopeError, with a code and a message.
[[noreturn]] inline void ThrowInJavaScript(const char* code, const char* message) {
  emscripten::val error = emscripten::val::global("Error").new_(std::string(message));
  error.set("name", std::string("AttenscopeError"));
  error.set("code", std::string(code));
  error.throw_();
  __builtin_unreachable();
}

/// Runs `body` and returns its result. Throws a C++ exception of `body` as a JavaScript error with its code and
/// message.
template <class Body>
auto Guard(Body body) {
  try {
    return body();
  } catch (const Error& error) {
    ThrowInJavaScript(ErrorCodeName(error.code()), error.what());
  } catch (const std::bad_alloc&) {
    ThrowInJavaScript(ErrorCodeName(ErrorCode::kMemory), "the engine has no memory left");
  } catch (const std::exception& error) {
    ThrowInJavaScript("worker", error.what());
  }
}

}  // namespace attenscope
