// Errors are values. A function that may fail returns Result<T>; its header says with which codes.
#ifndef LOADLINE_BASE_RESULT_H_
#define LOADLINE_BASE_RESULT_H_

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace loadline {

// The canonical codes, with gRPC's numbers (grpc/status.h): an error goes to KEDA as it is, and what gRPC says has a
// name, whether or not we say it ourselves.
enum class Code : int {
  kCancelled = 1,
  kUnknown = 2,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kAlreadyExists = 6,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kFailedPrecondition = 9,
  kAborted = 10,
  kOutOfRange = 11,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
  kDataLoss = 15,
  kUnauthenticated = 16,
};

// The code's name as gRPC writes it: "NOT_FOUND".
std::string_view CodeName(Code code);

struct Error {
  Code code = Code::kUnknown;
  std::string message;  // what, where, the rule, what was found; no secrets: it may end in a Kubernetes Event

  friend bool operator==(const Error&, const Error&) = default;
};

// To become std::expected with C++23.
template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

inline tl::unexpected<Error> Fail(Code code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}
inline tl::unexpected<Error> Fail(Error error) { return tl::unexpected<Error>(std::move(error)); }
inline tl::unexpected<Error> Invalid(std::string message) { return Fail(Code::kInvalidArgument, std::move(message)); }

}  // namespace loadline

#endif  // LOADLINE_BASE_RESULT_H_
